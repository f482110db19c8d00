import { anthropic } from "./anthropic";
import { gemini } from "./gemini";
import { ollama } from "./ollama";
import { openai } from "./openai";
import type { Dialect, DialectName, KnownEndpoint, Upstream } from "./types";
import { factsOf, type Vendor, vendors } from "./vendors";

/** The dialects whose use can be metered. */
const dialects: Record<DialectName, Dialect> = { openai, anthropic, gemini };

/** What vendors have beside the dialect that they share with others, and where. */
const native = { ollama: { dialect: ollama, at: /^\/api\/(?!v1\/)/ } };

/** The dialect that a provider speaks at a path. */
export function dialectAt({ dialect, vendor }: Pick<Upstream, "dialect" | "vendor">, path: string): Dialect {
  const own = native[factsOf(vendor).native as keyof typeof native];
  return own?.at.test(path) ? own.dialect : dialects[dialect];
}

/** The dialect that a path speaks whose provider is not known. */
export function dialectOfPath(path: string): Dialect {
  return (
    [openai, anthropic, gemini].find(({ findEndpoint }) => findEndpoint("POST", path)?.kind === "metered") ?? openai
  );
}

/** What is let through to one vendor. */
export type Coverage = { vendor: Vendor; label: string; endpoints: readonly KnownEndpoint[] };

/** Every vendor with its endpoints: each is metered, checked or free, and there are no others. */
export function coverage(): Coverage[] {
  return vendors.map((vendor) => {
    const { label, dialect } = factsOf(vendor);
    const spoken = dialect === null ? (Object.keys(dialects) as DialectName[]) : [dialect];
    return { vendor, label, endpoints: spoken.flatMap((each) => endpointsOf({ vendor, dialect: each })) };
  });
}

/** What is let through to a provider. */
export function endpointsOf({ vendor, dialect }: Pick<Upstream, "dialect" | "vendor">): readonly KnownEndpoint[] {
  const own = factsOf(vendor).native;
  return [...dialects[dialect].endpoints, ...(own ? native[own].dialect.endpoints : [])];
}
