import { AppError } from "../errors";
import { refuseForbiddenHost } from "./forbidden-host";
import { isServiceAccount, readServiceAccount } from "./service-account";
import type { Upstream } from "./types";

/** @throws AppError `invalid_request` for a key file that cannot be used, and for what no header can carry. */
export function refuseUnusableCredential(provider: Pick<Upstream, "vendor" | "credential">): void {
  const credential = provider.credential ?? "";
  if (isServiceAccount(provider)) refuseForbiddenHost(readServiceAccount(credential).tokenUrl, "credential");
  else if (!/^[\x20-\x7e]*$/.test(credential)) {
    const problem = "must be one line of ASCII characters";
    throw new AppError("invalid_request", `credential ${problem}.`, { fields: { credential: problem } });
  }
}
