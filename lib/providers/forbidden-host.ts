import { env } from "../env";
import { AppError } from "../errors";
import { namesPrivateAddress } from "./public-host";

/**
 * Tells at once what would only show when the provider is called.
 * @throws AppError `invalid_request` for an address in a network of the agency's own, where only public ones are allowed.
 */
export function refuseForbiddenHost(url: string, field = "baseUrl"): void {
  if (env().SLUICE_UPSTREAM_HOSTS === "any" || !namesPrivateAddress(url)) return;
  const problem = "must be a public host (SLUICE_UPSTREAM_HOSTS)";
  throw new AppError("invalid_request", `${field} ${problem}.`, { fields: { [field]: problem } });
}
