import { TokenFailure } from "./access-tokens";
import { askForModels } from "./model-list";
import type { ProviderTest } from "./schema";
import { getCredential, getProvider } from "./store";

/**
 * Asks a provider for its model list and says in words what came of it.
 * @throws AppError `not_found`.
 */
export async function testProvider(providerId: string): Promise<ProviderTest> {
  const provider = await getProvider(providerId);
  const credential = await getCredential(providerId);

  const startedAt = performance.now();
  const latencyMs = () => Math.round(performance.now() - startedAt);
  try {
    const response = await askForModels({ ...provider, credential });
    await response.body?.cancel();
    return {
      ok: response.ok,
      status: response.status,
      latencyMs: latencyMs(),
      message: describeStatus(response.status),
    };
  } catch (error) {
    return { ok: false, status: null, latencyMs: latencyMs(), message: describeFailure(error) };
  }
}

function describeStatus(status: number): string {
  if (status >= 200 && status < 300) return "The provider answered with its model list.";
  if (status === 401 || status === 403) return `The provider refused the credential (${status}).`;
  if (status === 400) return "The provider refused the request (400). Some say this when the credential is wrong.";
  if (status === 404) return "The host answered, but has no model list at this address (404). Check the base URL.";
  if (status === 429) return "The provider answered that it is being asked too often (429). Try again later.";
  if (status >= 300 && status < 400)
    return `The host sends callers elsewhere (${status}). Enter the address it leads to as base URL.`;
  return `The provider answered with an error of its own (${status}).`;
}

const reasons: Record<string, string> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was closed",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name could not be looked up",
  ERR_HOST_NOT_PUBLIC: "only public hosts are allowed here (SLUICE_UPSTREAM_HOSTS)",
  EHOSTUNREACH: "there is no way to the host",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};

function describeFailure(error: unknown): string {
  if (error instanceof TokenFailure && error.isRefused)
    return `The service account got no access token (${error.status}). Check its key file and its rights.`;
  if (error instanceof DOMException && error.name === "TimeoutError")
    return "The provider did not answer within 10 seconds.";
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  const reason = reasons[cause?.code ?? ""];
  return reason
    ? `The provider could not be reached: ${reason}.`
    : "The provider could not be reached. Check the base URL.";
}
