/** The stream that is measured: so many chunks, one every so often, each with the instant at which it was sent. */
export const chunksPerStream = 200;
export const chunkIntervalMs = 100;

/** Milliseconds on the clock that all processes of a machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function chunkOf(sentAtMs: number): string {
  return `data: {"id":"chatcmpl-Bench","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"${sentAtMs.toFixed(3)} "},"finish_reason":null}]}\n\n`;
}

const sentAtPattern = /"content":"(\d+\.\d{3}) "/g;

/** The instants that stand in a piece of a stream. */
export function* sentAtsIn(text: string): Generator<number> {
  for (const [, sentAt] of text.matchAll(sentAtPattern)) yield Number(sentAt);
}
