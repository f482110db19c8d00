import { LRUCache } from "lru-cache";
import { processSingleton } from "../process-singleton";

const keptModels = 1_000;
const forgottenAfterMs = 3_600_000;
/** How fast the rate follows the answers of late. */
const weight = 1 / 8;

/**
 * How many tokens of reasoning a model's streams of late came to, for each millisecond before their answer began: what is not
 * shown of one that was cut off is told from it. Models alone count, whoever called them.
 */
export class LearnedReasoning {
  private readonly rates: LRUCache<string, number>;

  constructor(now = () => performance.now()) {
    this.rates = new LRUCache({ max: keptModels, ttl: forgottenAfterMs, ttlResolution: 0, perf: { now } });
  }

  learn(model: string, { reasoningTokens, thinkingMs }: { reasoningTokens: number; thinkingMs: number }): void {
    const rate = reasoningTokens / Math.max(1, thinkingMs);
    const known = this.rates.get(model) ?? rate;
    this.rates.set(model, known + (rate - known) * weight);
  }

  /** Null where nothing is known. */
  tokensPerMs(model: string): number | null {
    return this.rates.get(model) ?? null;
  }
}

export function learnedReasoning(): LearnedReasoning {
  return processSingleton("metering.learned-reasoning", () => new LearnedReasoning());
}
