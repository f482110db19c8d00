"use client";

import { useQuery } from "@tanstack/react-query";
import { useViewer } from "@/components/shell/viewer";
import { Amount, Missing } from "@/components/ui/amount";
import { Badge } from "@/components/ui/badge";
import { ErrorState } from "@/components/ui/error-state";
import { countOf } from "@/components/ui/format-amount";
import { formatWait } from "@/components/ui/format-time";
import { HoverDetail } from "@/components/ui/hover-detail";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { Figure, Figures } from "@/components/usage/figures";
import type { LatencySpread, ProviderHealth } from "@/lib/providers/schema";
import { causeInWords, shareOfErrors, toneOf } from "./health-words";
import { providerQueries } from "./queries";

/** How a provider has answered lately, as a mark in a row. */
export function HealthMark({ providerId }: { providerId: string }) {
  const health = useHealth(providerId).data;
  if (health === undefined) return null;
  if (health.calls === 0) return <span className="text-muted">No calls</span>;

  return (
    <HoverDetail detail={healthInWords(health)}>
      <Badge tone={toneOf(health)}>{shareOfErrors(health)}</Badge>
    </HoverDetail>
  );
}

/** The same with its figures, and what the errors were. */
export function HealthFigures({ providerId }: { providerId: string }) {
  const { agency } = useViewer();
  const { data: health, error, refetch } = useHealth(providerId);
  if (error && !health) return <ErrorState title="Its health could not be loaded" error={error} onRetry={refetch} />;
  if (!health) return <Skeleton className="page-gutter h-12" />;
  if (health.calls === 0) {
    return <p className="page-gutter text-muted">No call went to it in the last hour, so nothing can be said of it.</p>;
  }

  return (
    <div className="grid gap-4">
      <Figures>
        <Figure label="Calls">
          <Amount value={health.calls} unit="calls" />
        </Figure>
        <Figure label="Errors">
          <span className={health.errors > 0 ? "text-over" : undefined}>
            <Amount value={health.errors} unit="calls" />
          </span>
        </Figure>
        <SpreadFigure label="Whole answer, median" spread={health.latencyMs} />
        <SpreadFigure label="First byte of streams, median" spread={health.firstByteMs} />
      </Figures>
      {health.lastErrorAt && (
        <p className="page-gutter text-muted">
          {health.causes.map(causeInWords).join(", ")}. The last one was{" "}
          <RelativeTime at={health.lastErrorAt} timeZone={agency.timeZone} />.
        </p>
      )}
    </div>
  );
}

function SpreadFigure({ label, spread }: { label: string; spread: LatencySpread | null }) {
  return (
    <Figure label={label}>
      {spread === null ? (
        <Missing reason="No such call in the last hour" />
      ) : (
        <>
          {formatWait(spread.median)}{" "}
          <span className="text-base font-normal text-muted">
            <HoverDetail detail="5 % of the calls took longer">up to {formatWait(spread.slowest)}</HoverDetail>
          </span>
        </>
      )}
    </Figure>
  );
}

function useHealth(providerId: string) {
  return useQuery({
    ...providerQueries.health(),
    select: ({ items }) => items.find((health) => health.providerId === providerId),
  });
}

function healthInWords({ calls, errors, latencyMs }: ProviderHealth): string {
  const latency = latencyMs && `half of the answers within ${formatWait(latencyMs.median)}`;
  return [countOf(calls, "call"), countOf(errors, "error"), latency].filter(Boolean).join(", ");
}
