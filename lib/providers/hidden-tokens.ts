import { log } from "../log";
import { processSingleton } from "../process-singleton";
import type { Reported } from "./usage-numbers";
import { factsOf, type Vendor } from "./vendors";

/** Tells, once for each vendor, that its total is larger than its parts: where that belongs is a guess until somebody looks. */
export function noteHiddenTokens(vendor: Vendor, { input, output, total }: Reported): void {
  if (total === null || input === null || total <= input + (output ?? 0) || factsOf(vendor).hidesTokens) return;

  const noted = processSingleton("providers.hidden-tokens", () => new Set<Vendor>());
  if (noted.has(vendor)) return;
  noted.add(vendor);
  log().warn(
    { vendor, input, output, total },
    "a provider's total is larger than its parts; the rest counts as output",
  );
}
