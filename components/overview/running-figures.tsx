"use client";

import { useViewer } from "@/components/shell/viewer";
import { Amount, Cost } from "@/components/ui/amount";
import { formatCost, formatExact } from "@/components/ui/format-amount";
import { HoverDetail } from "@/components/ui/hover-detail";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { Figure, Figures } from "@/components/usage/figures";
import type { RunningUse, Use } from "@/lib/overview/schema";
import { changeInWords } from "./change";

type RunningFiguresProps = {
  title: string;
  running: RunningUse | undefined;
  /** What it is compared with: `yesterday`. */
  before: string;
};

/** What all clients use in a period that runs, each figure beside the same stretch of the one before. */
export function RunningFigures({ title, running, before }: RunningFiguresProps) {
  const { agency } = useViewer();
  if (!running)
    return (
      <Section title={title}>
        <Skeleton className="mx-6 h-15 max-w-xl" />
      </Section>
    );
  const { use } = running;
  const change = (name: keyof Use) => <Change name={name} running={running} before={before} />;

  return (
    <Section title={title}>
      <Figures>
        <Figure label="Calls">
          <Amount value={use.requests} unit="calls" />
          {change("requests")}
        </Figure>
        <Figure label="Tokens">
          <Amount value={use.totalTokens} unit="tokens" />
          {change("totalTokens")}
        </Figure>
        <Figure label="Cost">
          <Cost microUnits={use.costMicroUsd} currency={agency.currency} unpriced={use.unpricedRequests} />
          {change("costMicroUsd")}
        </Figure>
        <Figure label="Refused calls">
          <Amount value={use.blocked} unit="calls" />
          {change("blocked")}
        </Figure>
      </Figures>
    </Section>
  );
}

function Change({ name, running, before }: { name: keyof Use; running: RunningUse; before: string }) {
  const { agency } = useViewer();
  const [now, then] = [running.compared.now[name], running.compared.before[name]];
  const amount = (value: number) => (name === "costMicroUsd" ? formatCost(value, agency.currency) : formatExact(value));
  const words = changeInWords(now, then);

  return (
    <span className="block min-h-4 text-caption font-normal text-muted">
      {words && (
        <HoverDetail detail={`Up to the last full hour ${amount(now ?? 0)}, ${before} by then ${amount(then ?? 0)}`}>
          {words}
        </HoverDetail>
      )}
    </span>
  );
}
