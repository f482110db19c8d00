import type { MediaKind, MediaTokens } from "../metering/types";
import { answerReader, type Findings } from "./answer-reader";
import { GeneratedText } from "./generated-text";
import { firstCount, firstObject, isObject, type Json, objectsIn, textOf, writtenOut } from "./json";
import type { AnswerToRead, UsageReader, UsageReport } from "./types";
import { merge, normalise, withMedia } from "./usage-numbers";

/** The numbers as Gemini tells them: thoughts are on top of the candidates, what tools put in on top of the prompt. */
type Counts = {
  prompt: number | null;
  toolUse: number | null;
  candidates: number | null;
  thoughts: number | null;
  cached: number | null;
  total: number | null;
};

const noCounts: Counts = { prompt: null, toolUse: null, candidates: null, thoughts: null, cached: null, total: null };

export function geminiUsageReader(answer: Omit<AnswerToRead, "endpoint" | "vendor">): UsageReader {
  return answerReader({ findings: new GeminiFindings(answer.answerBegins), ...answer });
}

/** Puts together what an answer, or all pieces of one, say of use. */
class GeminiFindings implements Findings {
  private counts = noCounts;
  private media: MediaTokens | null = null;
  private model: string | null = null;
  private readonly text: GeneratedText;
  private failed = false;

  constructor(answerBegins?: () => void) {
    this.text = new GeneratedText(answerBegins);
  }

  take(piece: Json): void {
    if (isObject(piece.error)) this.fail();
    this.model = textOf(piece.modelVersion) ?? this.model;
    if (isObject(piece.usageMetadata)) {
      this.counts = merge(this.counts, countsOf(piece.usageMetadata));
      this.media = mediaOf(piece.usageMetadata) ?? this.media;
    }
    readText(piece, this.text);
  }

  passOver(textLength: number): void {
    if (this.text.length > 0) this.text.passOver(textLength);
  }

  fail(): void {
    this.failed = true;
  }

  report(): UsageReport {
    const { candidates, thoughts, cached, total } = this.counts;
    return {
      usage: normalise(
        {
          input: inputOf(this.counts),
          output: candidates === null && thoughts === null ? null : (candidates ?? 0) + (thoughts ?? 0),
          total,
          cached,
          written: null,
          reasoning: thoughts,
        },
        "output",
      ),
      ...(this.media && { media: this.media }),
      isPartial: false,
      model: this.model,
      ...this.text.seen(),
      failed: this.failed,
    };
  }
}

/** Without its prompt it is what the total leaves, where there is one. */
function inputOf({ prompt, toolUse, total }: Counts): number | null {
  if (prompt === null && (toolUse === null || total !== null)) return null;
  return (prompt ?? 0) + (toolUse ?? 0);
}

function countsOf(usage: Json): Counts {
  return {
    prompt: firstCount(usage.promptTokenCount),
    toolUse: firstCount(usage.toolUsePromptTokenCount),
    candidates: firstCount(usage.candidatesTokenCount),
    thoughts: firstCount(usage.thoughtsTokenCount),
    cached: firstCount(usage.cachedContentTokenCount),
    total: firstCount(usage.totalTokenCount),
  };
}

/** By name, or by number where enums are asked for so. */
const modalities: [MediaKind, (string | number)[]][] = [
  ["audio", ["AUDIO", 4]],
  ["image", ["IMAGE", 2]],
  ["video", ["VIDEO", 3]],
];

/** Sound, pictures and films among the tokens; null where there are none. */
function mediaOf(usage: Json): MediaTokens | null {
  const prompt = objectsIn(usage.promptTokensDetails);
  const answer = objectsIn(usage.candidatesTokensDetails);
  if (!prompt.some(isMedia) && !answer.some(isMedia)) return null;
  const cached = objectsIn(usage.cacheTokensDetails);
  return modalities.reduce<MediaTokens | null>((media, [kind, names]) => {
    const count = (details: Json[]) =>
      firstCount(details.find(({ modality }) => names.includes(modality as string))?.tokenCount);
    return withMedia(media, kind, { input: count(prompt), cached: count(cached), output: count(answer) });
  }, null);
}

function isMedia({ modality }: Json): boolean {
  return modality !== "TEXT" && modality !== 1;
}

/** Takes the texts of an answer or a piece of one: thoughts, calls of tools and code included. */
function readText({ candidates }: Json, text: GeneratedText): void {
  for (const candidate of objectsIn(candidates)) {
    for (const part of objectsIn(firstObject(candidate.content).parts)) {
      if (typeof part.text === "string") {
        if (part.thought === true) text.addSummary(part.text);
        else text.add(part.text);
      }
      if (isObject(part.functionCall)) text.add(writtenOut(part.functionCall));
      const { code } = firstObject(part.executableCode);
      if (typeof code === "string") text.add(code);
    }
  }
}
