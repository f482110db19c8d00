import { openai } from "@/lib/providers/openai";
import type { HeaderFields, UsageReport } from "@/lib/providers/types";
import type { Vendor } from "@/lib/providers/vendors";

/** Answers of providers, read as the gateway reads them. */

export type Answer = { body: string; stream?: boolean; vendor?: Vendor; headers?: HeaderFields; pieceLength?: number };

export function read({ body, stream = false, vendor = "openai", headers = {}, pieceLength }: Answer): UsageReport {
  const contentType = stream ? "text/event-stream; charset=utf-8" : "application/json";
  const reader = openai.usageReader({
    endpoint: { name: "chat/completions", kind: "metered" },
    vendor,
    stream,
    headers: { "content-type": contentType, ...headers },
  });
  const bytes = Buffer.from(body);
  const length = pieceLength ?? Math.max(1, bytes.length);
  for (let start = 0; start < bytes.length; start += length) reader.push(bytes.subarray(start, start + length));
  return reader.end();
}

export const events = (...objects: unknown[]) =>
  objects.map((object) => `data: ${JSON.stringify(object)}\n\n`).join("");

export const none = { cachedInputTokens: null, cacheWriteTokens: null, reasoningTokens: null };
