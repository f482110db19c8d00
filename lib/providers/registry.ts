import { anthropic } from "./anthropic";
import { gemini } from "./gemini";
import { ollama } from "./ollama";
import { openai } from "./openai";
import type { Dialect, DialectName, KnownEndpoint, Upstream } from "./types";
import { factsOf, type Vendor, vendors } from "./vendors";

/** The dialects whose use can be metered. */
const dialects: Record<DialectName, Dialect> = { openai, anthropic, gemini };

/** What vendors speak beside their dialect, and where: Ollama its own, others a part of another's. */
const beside = {
  ollama: { dialect: ollama, at: /^\/api\/(?!v1\/)/ },
  openai: { dialect: openai, at: /^\/v1\/chat\/completions$/ },
  anthropic: { dialect: anthropic, at: /^\/(?:api\/)?v1\/messages(?:\/count_tokens)?$/ },
  gemini: null,
};

/** The dialect that a provider speaks at a path. */
export function dialectAt({ dialect, vendor }: Pick<Upstream, "dialect" | "vendor">, path: string): Dialect {
  const other = besideOf(vendor);
  return other?.at.test(path) ? other.dialect : dialects[dialect];
}

/** The dialect that a path speaks whose provider is not known. */
export function dialectOfPath(path: string, otherwise: Dialect = openai): Dialect {
  return (
    [openai, anthropic, gemini].find(({ findEndpoint }) => findEndpoint("POST", path)?.kind === "metered") ?? otherwise
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
  const other = besideOf(vendor);
  return [
    ...dialects[dialect].endpoints,
    ...(other?.dialect.endpoints.filter(({ path }) => other.at.test(path)) ?? []),
  ];
}

function besideOf(vendor: Vendor) {
  const name = factsOf(vendor).beside;
  return name === undefined ? null : beside[name];
}
