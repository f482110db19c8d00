"use client";

import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { useViewer } from "@/components/shell/viewer";
import { Amount, Cost, Missing } from "@/components/ui/amount";
import { Badge, type Tone } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { countOf, formatExact } from "@/components/ui/format-amount";
import { HoverDetail } from "@/components/ui/hover-detail";
import { RelativeTime } from "@/components/ui/relative-time";
import type { UsageRequest, UsageState } from "@/lib/usage/schema";

export const stateWords: Record<UsageState, { label: string; tone: Tone; meaning: string }> = {
  admitted: { label: "Under way", tone: "accent", meaning: "The call is not yet answered; its tokens are reserved" },
  settled: { label: "Settled", tone: "neutral", meaning: "Answered, and its use is counted" },
  failed: { label: "Failed", tone: "over", meaning: "The provider gave no answer; neither call nor tokens count" },
  abandoned: {
    label: "Abandoned",
    tone: "near",
    meaning: "The server stopped during the call; what was reserved is counted",
  },
};

type RequestTableProps = {
  requests: UsageRequest[] | undefined;
  timeZone: string;
  onOpen: (request: UsageRequest) => void;
  empty: ReactNode;
};

export function RequestTable({ requests, timeZone, onOpen, empty }: RequestTableProps) {
  const { agency, staffRole } = useViewer();
  const columns = columnsFor({ timeZone, currency: agency.currency, onOpen });

  return (
    <DataTable
      label="Requests"
      dense
      columns={columns.filter(({ id }) => id !== "cost" || staffRole !== null)}
      rows={requests}
      getRowId={({ id }) => id}
      empty={empty}
    />
  );
}

type Columns = { timeZone: string; currency: string; onOpen: RequestTableProps["onOpen"] };

function columnsFor({ timeZone, currency, onOpen }: Columns): ColumnDef<UsageRequest>[] {
  return [
    {
      id: "time",
      header: "Time",
      meta: { cellClassName: "text-muted" },
      cell: ({ row: { original: request } }) => (
        <button
          type="button"
          data-row-link=""
          aria-haspopup="dialog"
          onClick={() => onOpen(request)}
          className="rounded-inner whitespace-nowrap"
        >
          <RelativeTime at={request.admittedAt} timeZone={timeZone} />
        </button>
      ),
    },
    {
      id: "key",
      header: "Key",
      meta: { className: "max-w-24 sm:max-w-40 truncate" },
      cell: ({ row: { original: request } }) => <Caller request={request} />,
    },
    {
      id: "model",
      header: "Model",
      meta: { from: "sm", className: "max-w-48 truncate", cellClassName: "text-muted" },
      cell: ({ row: { original: request } }) => <Model request={request} />,
    },
    { id: "state", header: "State", cell: ({ row: { original: request } }) => <State request={request} /> },
    {
      id: "input",
      header: "In",
      meta: { align: "end", from: "md" },
      cell: ({ row: { original: request } }) => <Tokens request={request} value={request.inputTokens} />,
    },
    {
      id: "output",
      header: "Out",
      meta: { align: "end", from: "md" },
      cell: ({ row: { original: request } }) => <Tokens request={request} value={request.outputTokens} />,
    },
    {
      id: "total",
      header: "Tokens",
      meta: { align: "end" },
      cell: ({ row: { original: request } }) => <Total request={request} />,
    },
    {
      id: "cost",
      header: "Cost",
      meta: { align: "end", from: "lg" },
      cell: ({ row: { original: request } }) => <RequestCost request={request} currency={currency} />,
    },
    {
      id: "latency",
      header: "Latency",
      meta: { align: "end", from: "lg", cellClassName: "text-muted" },
      cell: ({ row: { original: request } }) => <Latency request={request} />,
    },
  ];
}

function Caller({ request }: { request: UsageRequest }) {
  const name = request.apiKeyName ?? request.userName;
  if (!name) return <Missing reason="No known key or user" />;
  return (
    <HoverDetail as="div" detail={`${name} (${request.endpoint} at ${request.provider})`}>
      <bdi className="block truncate text-left">{name}</bdi>
    </HoverDetail>
  );
}

function Model({ request: { model, answeredModel } }: { request: UsageRequest }) {
  if (!model) return <Missing reason="The call names no model" />;
  const detail = answeredModel && answeredModel !== model ? `${model}, answered by ${answeredModel}` : model;
  return <HoverDetail detail={detail}>{model}</HoverDetail>;
}

function State({ request: { state, httpStatus, stream } }: { request: UsageRequest }) {
  const { label, tone, meaning } = stateWords[state];
  const isRefusedUpstream = state === "settled" && httpStatus !== null && httpStatus >= 400;
  const detail = [meaning, httpStatus && `HTTP ${httpStatus}`, stream && "streamed"].filter(Boolean).join("; ");

  return (
    <HoverDetail detail={detail}>
      <Badge tone={isRefusedUpstream ? "near" : tone}>
        {label}
        {isRefusedUpstream || (state === "failed" && httpStatus) ? ` ${httpStatus}` : ""}
      </Badge>
    </HoverDetail>
  );
}

function Tokens({ request, value }: { request: UsageRequest; value: number | null }) {
  return <Amount value={value} unit="tokens" missing={whyMissing(request)} />;
}

function Total({ request }: { request: UsageRequest }) {
  const { totalTokens, estimated, cachedInputTokens, reasoningTokens, reservedTokens } = request;
  if (totalTokens === null)
    return <Missing reason={`${whyMissing(request)}; ${formatExact(reservedTokens)} reserved`} />;

  const detail = [
    countOf(totalTokens, "token"),
    cachedInputTokens && `${formatExact(cachedInputTokens)} of the input cached`,
    reasoningTokens && `${formatExact(reasoningTokens)} of the output reasoning`,
    estimated && "estimated here, since the provider did not say",
  ];
  return (
    <HoverDetail detail={detail.filter(Boolean).join("; ")}>
      {estimated && <span aria-hidden="true">≈ </span>}
      {estimated && <span className="sr-only">estimated </span>}
      {formatExact(totalTokens)}
    </HoverDetail>
  );
}

function RequestCost({ request, currency }: { request: UsageRequest; currency: string }) {
  if (request.state === "admitted") return <Missing reason="The call is still under way" />;
  return <Cost microUnits={request.costMicroUsd} currency={currency} />;
}

function Latency({ request: { latencyMs, firstByteMs } }: { request: UsageRequest }) {
  if (latencyMs === null) return <Missing reason="The call is still under way" />;
  const words = latencyMs < 1000 ? `${latencyMs} ms` : `${(latencyMs / 1000).toFixed(1)} s`;
  return (
    <HoverDetail detail={firstByteMs === null ? words : `${words}, first byte after ${firstByteMs} ms`}>
      {words}
    </HoverDetail>
  );
}

function whyMissing({ state }: UsageRequest): string {
  return state === "admitted" ? "The call is still under way" : "The provider did not say";
}
