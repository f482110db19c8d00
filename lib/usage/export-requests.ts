import type { z } from "zod";
import { flushMetering } from "../metering/lifecycle";
import type { Audience } from "./audience";
import { shownSources } from "./list-requests";
import type { exportRequestsQuery, UsageRequest } from "./schema";
import { listRequestRows } from "./store";

const pageSize = 1_000;

export const requestColumns = [
  "id",
  "admittedAt",
  "tenantName",
  "apiKeyName",
  "userName",
  "source",
  "provider",
  "endpoint",
  "model",
  "answeredModel",
  "state",
  "httpStatus",
  "stream",
  "inputTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "outputTokens",
  "reasoningTokens",
  "totalTokens",
  "estimated",
  "costMicroUsd",
  "latencyMs",
  "firstByteMs",
  "settledAt",
] as const satisfies (keyof UsageRequest)[];

/** Every call that matches, newest first; read page by page as the reader takes them. */
export async function* exportRequests({
  source,
  audience,
  ...filter
}: z.output<typeof exportRequestsQuery> & { audience: Audience }): AsyncGenerator<UsageRequest> {
  await flushMetering();
  const sources = shownSources(audience, source);
  let last: UsageRequest | undefined;
  do {
    const before = last && { admittedAt: new Date(last.admittedAt), id: last.id };
    const page = await listRequestRows({ ...filter, sources, before, limit: pageSize });
    yield* page;
    last = page.length === pageSize ? page.at(-1) : undefined;
  } while (last);
}
