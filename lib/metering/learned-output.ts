import { LRUCache } from "lru-cache";
import { processSingleton } from "../process-singleton";

const keptSeries = 10_000;
/** What has not been seen for an hour may be another kind of work by now. */
const forgottenAfterMs = 3_600_000;
/** Fewer answers tell too little. */
const leastAnswers = 3;
/** How fast the level follows shorter answers; a longer one lifts it at once. */
const decay = 1 / 8;
const headroom = 1.25;
const leastHeadroom = 16;

type Level = { tokens: number; answers: number };

/** How long the answers of late were, for calls that set no bound themselves: per key, model and endpoint. */
export class LearnedOutput {
  private readonly levels: LRUCache<string, Level>;

  constructor(now = () => performance.now()) {
    this.levels = new LRUCache({ max: keptSeries, ttl: forgottenAfterMs, ttlResolution: 0, perf: { now } });
  }

  learn(series: string, outputTokens: number): void {
    const known = this.levels.get(series);
    if (!known) {
      this.levels.set(series, { tokens: outputTokens, answers: 1 });
      return;
    }
    const tokens = Math.max(outputTokens, known.tokens + (outputTokens - known.tokens) * decay);
    this.levels.set(series, { tokens, answers: Math.min(leastAnswers, known.answers + 1) });
  }

  /** What an answer will hardly exceed; null where too little is known. */
  expect(series: string): number | null {
    const known = this.levels.get(series);
    if (!known || known.answers < leastAnswers) return null;
    return Math.ceil(known.tokens * headroom) + leastHeadroom;
  }
}

export function learnedOutput(): LearnedOutput {
  return processSingleton("metering.learned-output", () => new LearnedOutput());
}
