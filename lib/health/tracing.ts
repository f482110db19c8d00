import { log } from "../log";
import { processSingleton } from "../process-singleton";
import type { SpanExport } from "./span-export";

/** One call as a span. Nothing in it tells whose it was or what was said. */
export type CallSpan = {
  name: string;
  /** By `performance.now()`. */
  startedAtMs: number;
  /** The trace that the client's request belongs to, as it says itself. */
  traceparent: string | undefined;
  failed: boolean;
  attributes: Record<string, string | number | boolean | undefined>;
};

/** Sends a call that has ended as a span, where the environment names a collector; else does nothing, not even describe it. */
export function traceCall(describe: () => CallSpan): void {
  spanExport()?.send(describe());
}

/** Sends what is left to send. */
export async function stopTracing(): Promise<void> {
  await spanExport()?.stop();
}

function spanExport(): LoadedLater | null {
  return processSingleton("health.spans", () => (isWanted(process.env) ? new LoadedLater() : null));
}

function isWanted(variables: NodeJS.ProcessEnv): boolean {
  const endpoint = variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || variables.OTEL_EXPORTER_OTLP_ENDPOINT;
  return Boolean(endpoint) && variables.OTEL_SDK_DISABLED !== "true" && variables.OTEL_TRACES_EXPORTER !== "none";
}

/** OpenTelemetry is loaded by the first span, which waits for it with those that come meanwhile. */
class LoadedLater {
  private loaded: SpanExport | null = null;
  private readonly loading = import("./span-export").then(({ startSpanExport }) => {
    this.loaded = startSpanExport();
    return this.loaded;
  });

  constructor() {
    this.loading.catch((error: unknown) => log().error({ err: error }, "OpenTelemetry could not be started"));
  }

  send(span: CallSpan): void {
    if (this.loaded) this.loaded.send(span);
    else void this.loading.then((loaded) => loaded.send(span)).catch(() => {});
  }

  async stop(): Promise<void> {
    await (await this.loading.catch(() => null))?.stop();
  }
}
