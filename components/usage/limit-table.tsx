"use client";

import type { ColumnDef } from "@tanstack/react-table";
import { useViewer } from "@/components/shell/viewer";
import { Cost, Missing } from "@/components/ui/amount";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { formatExact } from "@/components/ui/format-amount";
import { formatClock } from "@/components/ui/format-time";
import { useNow } from "@/components/ui/now";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ApiKey } from "@/lib/keys/schema";
import type { Quota, QuotaLimit } from "@/lib/tenants/schema";
import { defaultNearLimitPercent, headroomOf, inReadingOrder, isLeastLeft } from "./headroom";

const originWords = { plan: "Plan", override: "Override", key: "Key" };
const metricWords = { tokens: "Tokens", requests: "Calls", cost: "Cost" };
const windowWords = { minute: "a minute", day: "a day", month: "a month" };

/** Every limit that applies, one per row, with its figures. */
export function LimitTable({ quota, keys }: { quota: Quota | undefined; keys: ApiKey[] | undefined }) {
  const { agency } = useViewer();
  const now = useNow();
  const ofSubject = (subject: QuotaLimit["subject"]) =>
    quota?.limits.filter((limit) => limit.subject === subject) ?? [];
  const nameOfKey = (keyId: string) => keys?.find(({ id }) => id === keyId)?.name ?? "Key";

  return (
    <DataTable
      label="All limits"
      pageSize={50}
      columns={columnsFor({
        nameOfKey,
        isMarked: (limit) => isLeastLeft(limit, quota?.limits ?? []),
        now,
        currency: agency.currency,
        timeZone: quota?.timeZone ?? "UTC",
        nearLimitPercent: quota?.plan?.nearLimitPercent ?? defaultNearLimitPercent,
      })}
      rows={quota && [...inReadingOrder(ofSubject("tenant")), ...inReadingOrder(ofSubject("key"))]}
      getRowId={({ subjectId, metric, window }) => `${subjectId}-${metric}-${window}`}
      empty={
        <EmptyState title="No limit applies">
          Every call passes, however much is used. Choose a plan to change that.
        </EmptyState>
      }
    />
  );
}

type Words = {
  nameOfKey: (keyId: string) => string;
  isMarked: (limit: QuotaLimit) => boolean;
  currency: string;
  timeZone: string;
  nearLimitPercent: number;
  now: Date;
};

function columnsFor(words: Words): ColumnDef<QuotaLimit>[] {
  const { nameOfKey, isMarked, currency, timeZone, nearLimitPercent, now } = words;
  const originOf = (limit: QuotaLimit) =>
    limit.origin === "key" ? `Key ${nameOfKey(limit.subjectId)}` : originWords[limit.origin];

  return [
    {
      id: "limit",
      header: "Limit",
      cell: ({ row: { original: limit } }) => (
        <>
          <span className="inline-flex flex-wrap items-center gap-x-2">
            {metricWords[limit.metric]} {windowWords[limit.window]}
            {isMarked(limit) && <Badge tone="accent">Tightest</Badge>}
          </span>
          <span className="block text-caption text-muted [overflow-wrap:anywhere] @table-sm:hidden">
            {originOf(limit)}
          </span>
        </>
      ),
    },
    {
      id: "origin",
      header: "From",
      meta: { from: "sm", className: "max-w-44 truncate", cellClassName: "text-muted" },
      cell: ({ row: { original: limit } }) => originOf(limit),
    },
    {
      id: "cap",
      header: "Cap",
      meta: { align: "end" },
      cell: ({ row: { original: limit } }) => <Quantity limit={limit} value={limit.cap} currency={currency} />,
    },
    {
      id: "used",
      header: "Used",
      meta: { align: "end", from: "sm" },
      cell: ({ row: { original: limit } }) => <Quantity limit={limit} value={limit.used} currency={currency} />,
    },
    {
      id: "reserved",
      header: "Reserved",
      meta: { align: "end", from: "md" },
      cell: ({ row: { original: limit } }) =>
        limit.window === "minute" ? (
          <Missing reason="A call counts from its beginning" />
        ) : (
          <Quantity limit={limit} value={limit.reserved} currency={currency} />
        ),
    },
    {
      id: "remaining",
      header: "Left",
      meta: { align: "end", cellClassName: "font-medium" },
      cell: ({ row: { original: limit } }) => <Quantity limit={limit} value={limit.remaining} currency={currency} />,
    },
    {
      id: "reset",
      header: `Renews (${timeZone})`,
      meta: { align: "end", from: "md", cellClassName: "whitespace-nowrap text-muted" },
      cell: ({ row: { original: limit } }) =>
        limit.window === "minute" ? (
          "with each second"
        ) : (
          <>
            {formatClock(new Date(limit.resetsAt), { timeZone, now })},{" "}
            <RelativeTime at={limit.resetsAt} timeZone={timeZone} />
          </>
        ),
    },
    {
      id: "pace",
      header: "What happens next",
      // A sentence, which needs more room than a figure.
      meta: { className: "max-w-56 min-w-36 @max-[58rem]:hidden", cellClassName: "text-muted" },
      cell: ({ row: { original: limit } }) => {
        if (limit.window === "minute")
          return <Missing reason="Calls beyond it are told to try again within a minute" />;
        const headroom = headroomOf({ limit, timeZone, currency, nearLimitPercent, now });
        return headroom.words.refusal ?? headroom.words.pace ?? <Missing reason="Too little was used to tell" />;
      },
    },
  ];
}

type QuantityProps = { limit: QuotaLimit; value: number; currency: string };

function Quantity({ limit, value, currency }: QuantityProps) {
  if (limit.metric === "cost") return <Cost microUnits={value} currency={currency} />;
  return formatExact(value);
}
