import { z } from "zod";
import type { ModelPrice, ModelPriceList } from "../prices/schema";
import type {
  LatencySpread,
  Provider,
  ProviderHealth,
  ProviderHealthList,
  ProviderList,
  ProviderTest,
} from "../providers/schema";
import { dialects, vendors } from "../providers/vendors";
import { amount, count, instant, uuid } from "./answer-fields";

const provider = z.object({
  id: uuid,
  slug: z.string(),
  name: z.string(),
  vendor: z.enum(vendors),
  dialect: z.enum(dialects),
  baseUrl: z.string(),
  credentialSet: z.boolean(),
  credentialHint: z.string().nullable(),
  isDefault: z.boolean(),
  createdAt: instant,
}) satisfies z.ZodType<Provider>;

const providerTest = z.object({
  ok: z.boolean(),
  status: count.nullable(),
  latencyMs: z.number(),
  message: z.string(),
}) satisfies z.ZodType<ProviderTest>;

const latencySpread = z.object({ median: count, slowest: count }) satisfies z.ZodType<LatencySpread>;

const providerHealth = z.object({
  providerId: uuid,
  calls: count,
  errors: count,
  causes: z.array(z.object({ status: count.nullable(), calls: count })),
  lastErrorAt: instant.nullable(),
  latencyMs: latencySpread.nullable(),
  firstByteMs: latencySpread.nullable(),
}) satisfies z.ZodType<ProviderHealth>;

const modelPrice = z.object({
  id: uuid,
  providerId: uuid,
  modelPattern: z.string(),
  inputMicroUsd: amount,
  cachedInputMicroUsd: amount.nullable(),
  cacheWriteMicroUsd: amount.nullable(),
  outputMicroUsd: amount,
  validFrom: instant,
  validTo: instant.nullable(),
  createdAt: instant,
}) satisfies z.ZodType<ModelPrice>;

export const providerAnswers = {
  Provider: provider,
  ProviderList: z.object({ items: z.array(provider) }) satisfies z.ZodType<ProviderList>,
  ProviderTest: providerTest,
  ProviderHealth: providerHealth,
  ProviderHealthList: z.object({
    since: instant,
    items: z.array(providerHealth),
  }) satisfies z.ZodType<ProviderHealthList>,
  ModelPrice: modelPrice,
  ModelPriceList: z.object({ items: z.array(modelPrice) }) satisfies z.ZodType<ModelPriceList>,
};
