import { log } from "../log";
import { processSingleton } from "../process-singleton";
import type { Reported } from "./usage-numbers";
import type { Vendor } from "./vendors";

/** Their totals are known to hold what their parts leave out. */
const knownToHide = new Set<Vendor>(["xai", "mistral", "gemini-openai"]);

/** Tells, once for each vendor, that its total is larger than its parts: where that belongs is a guess until somebody looks. */
export function noteHiddenTokens(vendor: Vendor, { input, output, total }: Reported): void {
  if (total === null || input === null || total <= input + (output ?? 0) || knownToHide.has(vendor)) return;

  const noted = processSingleton("providers.hidden-tokens", () => new Set<Vendor>());
  if (noted.has(vendor)) return;
  noted.add(vendor);
  log().warn(
    { vendor, input, output, total },
    "a provider's total is larger than its parts; the rest counts as output",
  );
}
