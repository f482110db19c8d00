import { env } from "../env";
import { bearerOf, isSameToken } from "./bearer";
import { requireViewer } from "./require-staff";

/**
 * Lets in whoever collects metrics: with the token for that alone, or as the staff. Not by address: behind a proxy on the
 * same machine everybody comes from there.
 * @throws AppError `unauthenticated`, `forbidden`.
 */
export async function requireMetricsReader(request: Request): Promise<void> {
  const authorization = request.headers.get("authorization");
  if (authorization !== null && isSameToken(bearerOf(authorization), env().SLUICE_METRICS_TOKEN)) return;
  await requireViewer(request);
}
