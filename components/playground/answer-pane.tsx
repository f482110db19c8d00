"use client";

import type { ReactNode } from "react";
import { useViewer } from "@/components/shell/viewer";
import { Amount, Cost } from "@/components/ui/amount";
import { countOf } from "@/components/ui/format-amount";
import { Notice } from "@/components/ui/notice";
import type { PlaygroundEnd } from "@/lib/playground/schema";
import type { Answer } from "./use-answer";

/** The answer as it comes, and below it what it came to. */
export function AnswerPane({ answer }: { answer: Answer | null }) {
  return (
    <section aria-label="Answer" className="flex min-w-0 flex-col gap-4 border-line lg:border-s lg:ps-6">
      <p role="status" className="text-caption text-muted">
        {statusOf(answer)}
      </p>
      {answer?.failure && <Notice tone={answer.text === "" ? "over" : "near"}>{answer.failure}</Notice>}
      {answer && answer.text !== "" && (
        <p
          className="max-w-[72ch] whitespace-pre-wrap [overflow-wrap:anywhere] [unicode-bidi:plaintext]"
          aria-busy={answer.state === "streaming"}
        >
          {answer.text}
        </p>
      )}
      {answer?.end && <WhatItCameTo end={answer.end} />}
    </section>
  );
}

function statusOf(answer: Answer | null): string {
  if (answer === null) return "The answer will stand here. ⌘ or Ctrl with Enter asks, Escape stops.";
  if (answer.state === "waiting") return "Waiting for the first word …";
  if (answer.state === "streaming") return "Answering …";
  if (answer.state === "stopped") return "Stopped. What had come of it counts.";
  if (answer.state === "failed") return answer.text === "" ? "No answer." : "The answer did not end well.";
  return answer.end ? `Answered: ${countOf(answer.end.inputTokens + answer.end.outputTokens, "token")}.` : "Answered.";
}

function WhatItCameTo({ end }: { end: PlaygroundEnd }) {
  const { agency } = useViewer();

  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-3 border-t border-line pt-4">
      <Part term={end.estimated ? "Input, estimated" : "Input"}>
        <Amount value={end.inputTokens} unit="tokens" /> tokens
      </Part>
      <Part term={end.estimated ? "Output, estimated" : "Output"}>
        <Amount value={end.outputTokens} unit="tokens" /> tokens
      </Part>
      {end.costMicroUsd !== undefined && (
        <Part term="Cost">
          <Cost microUnits={end.costMicroUsd} currency={agency.currency} />
        </Part>
      )}
      {end.latencyMs !== null && <Part term="Took">{seconds(end.latencyMs)}</Part>}
      {end.firstByteMs !== null && <Part term="First byte">{seconds(end.firstByteMs)}</Part>}
      {end.model !== null && <Part term="Model">{end.model}</Part>}
    </dl>
  );
}

function Part({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-caption text-muted">{term}</dt>
      <dd className="[overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0)} s`;
}
