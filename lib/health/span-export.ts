import { ROOT_CONTEXT, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { log } from "../log";
import type { CallSpan } from "./tracing";

export type SpanExport = { send(span: CallSpan): void; stop(): Promise<void> };

const textOf = { get: (carrier: Record<string, string>, key: string) => carrier[key], keys: Object.keys };

/** OpenTelemetry over OTLP/HTTP: where to, how much and as whom is set by its own environment variables. */
export function startSpanExport(): SpanExport {
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "sluice" }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer("sluice");
  const propagator = new W3CTraceContextPropagator();
  return {
    send: ({ name, startedAtMs, traceparent, failed, attributes }) => {
      const parent = traceparent ? propagator.extract(ROOT_CONTEXT, { traceparent }, textOf) : ROOT_CONTEXT;
      const span = tracer.startSpan(
        name,
        { kind: SpanKind.SERVER, attributes, startTime: performance.timeOrigin + startedAtMs },
        parent,
      );
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(performance.timeOrigin + performance.now());
    },
    stop: () =>
      provider.shutdown().catch((error: unknown) => log().warn({ err: error }, "the last spans could not be sent")),
  };
}
