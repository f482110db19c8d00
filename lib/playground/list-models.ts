import { LRUCache } from "lru-cache";
import { findTenantSnapshot } from "../keys/directory";
import { processSingleton } from "../process-singleton";
import { askForModels, namesInModelList } from "../providers/model-list";
import type { Upstream } from "../providers/types";
import { upstreamDirectory } from "../providers/upstreams";
import { matchesModel } from "../quota/model-pattern";
import { resolvePlan } from "../quota/resolve-plan";
import type { PlaygroundModels } from "./schema";
import { listModelsInUse } from "./store";

const keptMs = 5 * 60_000;
const keptLists = 100;
const shownModels = 1_000;

/** The models that a provider lists or the client has in use, and that its plan lets it use. Any other can be typed. */
export async function listModels({
  tenantId,
  provider,
  now,
}: {
  tenantId: string;
  provider: string;
  now: Date;
}): Promise<PlaygroundModels> {
  const [tenant, upstream] = await Promise.all([findTenantSnapshot(tenantId), upstreamDirectory().find(provider)]);
  if (tenant === null || upstream === null || upstream.credential === null) return { models: [], usual: null };

  const allowed = resolvePlan(tenant, now).plan?.allowedModels ?? [];
  const isAllowed = (model: string) => allowed.length === 0 || allowed.some((pattern) => matchesModel(pattern, model));
  const [listed, used] = await Promise.all([modelsOf(upstream), listModelsInUse({ tenantId, provider })]);
  const inUse = used.filter(isAllowed);
  const models = [...new Set([...inUse, ...listed.filter(isAllowed)])];
  return { models: models.slice(0, shownModels), usual: inUse[0] ?? null };
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
