import { answerReader, type Findings } from "./answer-reader";
import { GeneratedText } from "./generated-text";
import { firstCount, firstObject, type Json, objectsIn, writtenOut } from "./json";
import type { HeaderFields, UsageReader, UsageReport } from "./types";
import { merge, normalise, nothingReported } from "./usage-numbers";

export function ollamaUsageReader(answer: { stream: boolean; headers: HeaderFields }): UsageReader {
  return answerReader({ findings: new OllamaFindings(), ...answer });
}

/** Puts together what an answer, or all lines of one, say of use: the numbers stand on the line that is `done`. */
class OllamaFindings implements Findings {
  private reported = nothingReported;
  private model: string | null = null;
  private readonly text = new GeneratedText();
  private failed = false;

  take(line: Json): void {
    if (typeof line.error === "string") this.fail();
    if (typeof line.model === "string") this.model = line.model;
    this.reported = merge(this.reported, {
      ...nothingReported,
      input: firstCount(line.prompt_eval_count),
      output: firstCount(line.eval_count),
    });
    for (const each of generatedText(line)) this.text.add(each);
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
      model: this.model,
      text: this.text.toString(),
      textLength: this.text.length,
      failed: this.failed,
    };
  }
}

function* generatedText(line: Json): Generator<string> {
  const message = firstObject(line.message);
  for (const text of [line.response, line.thinking, message.content, message.thinking]) {
    if (typeof text === "string") yield text;
  }
  for (const call of objectsIn(message.tool_calls)) yield writtenOut(call);
}
