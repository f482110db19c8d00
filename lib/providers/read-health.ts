import { sumAnswers } from "./health-store";
import type { ProviderHealth, ProviderHealthList } from "./schema";
import { listProviders } from "./store";

const hourMs = 3_600_000;

const silence: Omit<ProviderHealth, "providerId"> = {
  calls: 0,
  errors: 0,
  causes: [],
  lastErrorAt: null,
  latencyMs: null,
  firstByteMs: null,
};

/** How each provider has answered in the last hour. */
export async function readHealth(now: Date): Promise<ProviderHealthList> {
  const since = new Date(now.getTime() - hourMs);
  const [providers, answers] = await Promise.all([listProviders(), sumAnswers(since)]);
  return {
    since: since.toISOString(),
    items: providers.map(({ id, slug }) => ({ providerId: id, ...(answers.get(slug) ?? silence) })),
  };
}
