import type { Tone } from "@/components/ui/badge";
import { countOf } from "@/components/ui/format-amount";
import type { ProviderHealth } from "@/lib/providers/schema";

const badShare = 0.05;

type Counted = Pick<ProviderHealth, "calls" | "errors">;

/** `No errors`, `< 1 % errors`, `12 % errors`: never none where there was one. */
export function shareOfErrors({ calls, errors }: Counted): string {
  if (errors === 0) return "No errors";
  const percent = Math.floor((errors / calls) * 100);
  return percent === 0 ? "< 1 % errors" : `${percent} % errors`;
}

export function toneOf({ calls, errors }: Counted): Tone {
  if (errors === 0) return "ok";
  return errors / calls < badShare ? "near" : "over";
}

const meanings: Record<number, string> = {
  401: "credential refused (401)",
  402: "payment asked for (402)",
  403: "access refused (403)",
  408: "request timed out there (408)",
  429: "asked too often (429)",
};

/** `3 calls: asked too often (429)`. */
export function causeInWords({ status, calls }: ProviderHealth["causes"][number]): string {
  return `${countOf(calls, "call")}: ${status === null ? "no answer" : (meanings[status] ?? `error of its own (${status})`)}`;
}
