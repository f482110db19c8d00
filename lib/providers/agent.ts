import { Agent } from "undici";
import { env } from "../env";
import { processSingleton } from "../process-singleton";
import { publicConnector } from "./public-host";

const connectTimeoutMs = 10_000;

/** The connections of this process to providers. */
export function upstreamAgent(): Agent {
  return processSingleton("providers.agent", () => {
    const { SLUICE_UPSTREAM_TIMEOUT_SECONDS, SLUICE_UPSTREAM_HOSTS } = env();
    const timeoutMs = SLUICE_UPSTREAM_TIMEOUT_SECONDS * 1_000;
    return new Agent({
      connect:
        SLUICE_UPSTREAM_HOSTS === "public"
          ? publicConnector({ timeoutMs: connectTimeoutMs })
          : { timeout: connectTimeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      keepAliveTimeout: 20_000,
      pipelining: 1,
    });
  });
}
