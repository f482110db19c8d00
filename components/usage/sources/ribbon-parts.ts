import type { SourcesReport, UsageSource } from "@/lib/usage/schema";
import { sharesOf } from "./shares";

const sourceOrder: UsageSource[] = ["apikey", "web", "legacy"];

/**
 * The sources that have any use, with their shares: of tokens or, where there are none at all, of requests. One whose calls
 * have no tokens, such as speech, is there too.
 */
export function ribbonParts({ bySource }: Pick<SourcesReport["totals"], "bySource">) {
  const metric: "token" | "request" = bySource.some(({ totalTokens }) => totalTokens > 0) ? "token" : "request";
  const used = sourceOrder.flatMap((source) => {
    const use = bySource.find((each) => each.source === source);
    return use && (use.totalTokens > 0 || use.requests > 0) ? [use] : [];
  });
  const amounts = used.map(({ totalTokens, requests }) => (metric === "token" ? totalTokens : requests));
  const shares = sharesOf(amounts);
  const parts = used.map(({ source, requests }, place) => ({
    source,
    amount: amounts[place] as number,
    share: shares[place] as number,
    requests,
  }));
  return { metric, parts };
}
