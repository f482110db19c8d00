import { answerReader, type Findings } from "./answer-reader";
import { GeneratedText } from "./generated-text";
import { firstCount, firstObject, type Json, objectsIn, textOf, writtenOut } from "./json";
import type { AnswerToRead, UsageReader, UsageReport } from "./types";
import { merge, normalise, nothingReported } from "./usage-numbers";

export function ollamaUsageReader(answer: Omit<AnswerToRead, "endpoint" | "vendor">): UsageReader {
  return answerReader({ findings: new OllamaFindings(answer.answerBegins), ...answer });
}

/** Puts together what an answer, or all lines of one, say of use: the numbers stand on the line that is `done`. */
class OllamaFindings implements Findings {
  private reported = nothingReported;
  private model: string | null = null;
  private readonly text: GeneratedText;
  private failed = false;
  private isEnded = false;

  constructor(answerBegins?: () => void) {
    this.text = new GeneratedText(answerBegins);
  }

  take(line: Json): void {
    if (typeof line.error === "string") this.fail();
    this.model = textOf(line.model) ?? this.model;
    this.reported = merge(this.reported, {
      ...nothingReported,
      input: firstCount(line.prompt_eval_count),
      output: firstCount(line.eval_count),
    });
    this.isEnded ||= line.done === true;
    readText(line, this.text);
  }

  passOver(textLength: number): void {
    if (this.text.length > 0) this.text.passOver(textLength);
  }

  fail(): void {
    this.failed = true;
  }

  report(): UsageReport {
    return {
      usage: normalise(this.reported, "output"),
      isPartial: false,
      ...(this.isEnded && { isEnded: true }),
      model: this.model,
      ...this.text.seen(),
      failed: this.failed,
    };
  }
}

function readText(line: Json, text: GeneratedText): void {
  const message = firstObject(line.message);
  for (const thought of [line.thinking, message.thinking]) if (typeof thought === "string") text.addReasoning(thought);
  for (const each of [line.response, message.content]) if (typeof each === "string") text.add(each);
  for (const call of objectsIn(message.tool_calls)) text.add(writtenOut(call));
}
