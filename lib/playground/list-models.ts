import { LRUCache } from "lru-cache";
import { findTenantSnapshot } from "../keys/directory";
import { processSingleton } from "../process-singleton";
import { askForModels, namesInModelList } from "../providers/model-list";
import type { Upstream } from "../providers/types";
import { upstreamDirectory } from "../providers/upstreams";
import { matchesModel } from "../quota/model-pattern";
import { resolvePlan } from "../quota/resolve-plan";

const keptMs = 5 * 60_000;
const keptLists = 100;
const shownModels = 1_000;

/** The models that a provider lists and the client's plan lets it use. None where it lists none: any can be typed. */
export async function listModels({
  tenantId,
  provider,
  now,
}: {
  tenantId: string;
  provider: string;
  now: Date;
}): Promise<string[]> {
  const [tenant, upstream] = await Promise.all([findTenantSnapshot(tenantId), upstreamDirectory().find(provider)]);
  if (tenant === null || upstream === null || upstream.credential === null) return [];

  const allowed = resolvePlan(tenant, now).plan?.allowedModels ?? [];
  const listed = await modelsOf(upstream);
  return listed
    .filter((model) => allowed.length === 0 || allowed.some((pattern) => matchesModel(pattern, model)))
    .slice(0, shownModels);
}

async function modelsOf(upstream: Upstream): Promise<string[]> {
  const lists = processSingleton(
    "playground.models",
    () => new LRUCache<string, string[]>({ max: keptLists, ttl: keptMs }),
  );
  const listedAt = `${upstream.id} ${upstream.agency.version}`;
  const known = lists.get(listedAt);
  if (known) return known;

  const models = await readModels(upstream).catch(() => []);
  lists.set(listedAt, models);
  return models;
}

async function readModels({ origin, prefix, ...upstream }: Upstream): Promise<string[]> {
  const response = await askForModels({ ...upstream, baseUrl: origin + prefix });
  const text = await response.text();
  return response.ok ? namesInModelList(text) : [];
}
