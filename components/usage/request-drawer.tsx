"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useViewer } from "@/components/shell/viewer";
import { CopyButton } from "@/components/ui/copy-button";
import { Drawer } from "@/components/ui/drawer";
import { ErrorState } from "@/components/ui/error-state";
import { Facts } from "@/components/ui/facts";
import { countOf, formatExact, formatExactCost } from "@/components/ui/format-amount";
import { formatInstant } from "@/components/ui/format-time";
import { Skeleton } from "@/components/ui/skeleton";
import type { UsageRequest } from "@/lib/usage/schema";
import { type UsageScope, usageQueries } from "./queries";
import { stateWords } from "./request-table";
import { sourceNames } from "./sources/series";

type RequestDrawerProps = {
  id: string;
  /** The call itself where the list has it. */
  request: UsageRequest | undefined;
  scope: UsageScope;
  timeZone: string;
  onClose: () => void;
};

/** All that is known of one call. What was asked and answered is not: it is never kept. */
export function RequestDrawer({ id, request: listed, scope, timeZone, onClose }: RequestDrawerProps) {
  const asked = useInfiniteQuery({ ...usageQueries.requests(scope, { id }), enabled: !listed });
  const request = listed ?? (asked.isPlaceholderData ? undefined : asked.data?.pages[0]?.items[0]);
  const isMissing = !request && asked.isFetched && !asked.isPlaceholderData && !asked.error;

  return (
    <Drawer title="Request" description={request && stateWords[request.state].meaning} onClose={onClose}>
      {request && <Details request={request} timeZone={timeZone} />}
      {isMissing && <p className="text-muted">There is no request with this id here.</p>}
      {asked.error && !request && (
        <ErrorState title="The request could not be loaded" error={asked.error} onRetry={asked.refetch} />
      )}
      {!request && !isMissing && !asked.error && <Skeleton className="h-96" />}
    </Drawer>
  );
}

function Details({ request, timeZone }: { request: UsageRequest; timeZone: string }) {
  const { agency, staffRole } = useViewer();
  const isOpen = request.state === "admitted";
  const unknown = isOpen ? "not yet known" : "not told by the provider";
  const tokens = (amount: number | null) => (amount === null ? unknown : formatExact(amount));
  const time = (at: string) => `${formatInstant(new Date(at), timeZone)} ${timeZone}`;
  const unpriced = isOpen ? unknown : "unpriced: no price is known for this model";
  const cost = request.costMicroUsd === null ? unpriced : formatExactCost(request.costMicroUsd, agency.currency);
  const duration = (ms: number | null) => (ms === null ? unknown : `${formatExact(ms)} ms`);

  return (
    <div className="grid gap-6">
      <Facts title="Request id">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <code className="font-mono text-caption [overflow-wrap:anywhere]">{request.id}</code>
          <CopyButton text={request.id} what="request id" />
        </div>
      </Facts>
      <Facts
        title="Call"
        facts={[
          ["Client", staffRole === null ? null : request.tenantName],
          ["Key", request.apiKeyName],
          ["User", request.userName],
          ["Source", sourceNames[request.source]],
          ["Endpoint", `${request.endpoint} at ${request.provider}`],
          ["Model", request.model ?? "none named"],
          ["Answered by", request.answeredModel === request.model ? null : request.answeredModel],
          ["State", stateWords[request.state].label],
          ["HTTP status", request.httpStatus === null ? (isOpen ? unknown : "no answer") : String(request.httpStatus)],
          ["Streamed", request.stream ? "yes" : "no"],
        ]}
      />
      <Facts
        title="Timings"
        facts={[
          ["Admitted", time(request.admittedAt)],
          ["First byte", duration(request.firstByteMs)],
          ["Whole answer", duration(request.latencyMs)],
          ["Settled", request.settledAt ? time(request.settledAt) : unknown],
        ]}
      />
      <Facts
        title={request.estimated ? "Tokens (estimated here)" : "Tokens"}
        facts={[
          ["Input", tokens(request.inputTokens)],
          ["… cached", request.cachedInputTokens === null ? null : tokens(request.cachedInputTokens)],
          ["… written to the cache", request.cacheWriteTokens === null ? null : tokens(request.cacheWriteTokens)],
          ["Output", tokens(request.outputTokens)],
          ["… reasoning", request.reasoningTokens === null ? null : tokens(request.reasoningTokens)],
          ["Total", tokens(request.totalTokens)],
          [isOpen ? "Reserved" : "Was reserved", countOf(request.reservedTokens, "token")],
          ["Cost", staffRole === null ? null : cost],
        ]}
      />
      <p className="text-caption text-muted">Prompts and answers are never kept.</p>
    </div>
  );
}
