"use client";

import type { ColumnDef, SortingState } from "@tanstack/react-table";
import { Ban, Pencil, RefreshCw, ScrollText } from "lucide-react";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { limitsInWords } from "@/components/plans/plan-words";
import { useCanEdit } from "@/components/shell/viewer";
import { Missing } from "@/components/ui/amount";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { formatDate, formatInstant } from "@/components/ui/format-time";
import { HoverDetail } from "@/components/ui/hover-detail";
import { Menu, MenuItem } from "@/components/ui/menu";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ApiKey } from "@/lib/keys/schema";
import type { Tenant } from "@/lib/tenants/schema";
import { KeyStateBadge } from "./key-state-badge";

export type KeyAction = "edit" | "rotate" | "revoke";

type KeyTableProps = {
  keys: ApiKey[] | undefined;
  sorting: SortingState;
  onSortingChange: (sorting: SortingState) => void;
  tenant: Tenant;
  /** Which key is shown in full. */
  openKeyId: string;
  onOpen: (key: ApiKey) => void;
  onAction: (action: KeyAction, key: ApiKey) => void;
  empty: ReactNode;
};

/** What is sorted by at first: those that work come first, in the order in which they were made. */
export const usualKeySort = "state";

const pageSize = 50;
const stateRanks = { active: 0, expired: 1, revoked: 2 };

export function KeyTable({
  keys,
  sorting,
  onSortingChange,
  tenant,
  openKeyId,
  onOpen,
  onAction,
  empty,
}: KeyTableProps) {
  return (
    <DataTable
      label="Keys"
      columns={columnsFor({ tenant, onOpen, onAction })}
      rows={keys}
      sorting={sorting}
      onSortingChange={onSortingChange}
      pageSize={pageSize}
      getRowId={({ id }) => id}
      isDimmed={({ state }) => state !== "active"}
      isSelected={({ id }) => id === openKeyId}
      empty={empty}
    />
  );
}

function columnsFor({
  tenant,
  onOpen,
  onAction,
}: Pick<KeyTableProps, "tenant" | "onOpen" | "onAction">): ColumnDef<ApiKey>[] {
  return [
    {
      id: "name",
      header: "Name",
      accessorFn: ({ name }) => name.toLowerCase(),
      meta: { className: "max-w-0 min-w-32 w-2/5 lg:w-1/4" },
      cell: ({ row: { original: key } }) => (
        <>
          <div className="flex min-w-0 items-center gap-2">
            <button
              type="button"
              onClick={() => onOpen(key)}
              data-row-link=""
              dir="auto"
              title={key.name}
              className="min-w-0 truncate rounded-inner text-left font-medium"
            >
              {key.name}
            </button>
            {key.kind === "legacy" && <Badge>Legacy</Badge>}
            {key.previousSecretExpiresAt && key.state === "active" && (
              <span className="@max-table-sm:hidden">
                <OldSecretMark apiKey={key} />
              </span>
            )}
          </div>
          <span className="block text-caption text-muted @table-sm:hidden">
            {key.lastUsedAt ? (
              <>
                Last call <RelativeTime at={key.lastUsedAt} timeZone={tenant.timeZone} />
              </>
            ) : (
              "No call yet"
            )}
          </span>
        </>
      ),
    },
    {
      id: "prefix",
      header: "Secret",
      meta: { from: "sm", className: "whitespace-nowrap", cellClassName: "font-mono text-caption" },
      cell: ({ row: { original: key } }) => `${key.prefix}…`,
    },
    {
      id: "state",
      header: "State",
      accessorFn: ({ state }) => stateRanks[state],
      cell: ({ row: { original: key } }) => (
        <HoverDetail detail={stateInWords(key, tenant.timeZone)}>
          <KeyStateBadge state={key.state} />
        </HoverDetail>
      ),
    },
    {
      id: "limits",
      header: "Limits of its own",
      meta: { from: "lg", className: "max-w-56 truncate", cellClassName: "text-muted" },
      cell: ({ row: { original: key } }) => <HoverDetail detail={limitsInWords(key)}>{limitsInWords(key)}</HoverDetail>,
    },
    {
      id: "expires",
      header: "Expires",
      accessorFn: ({ expiresAt }) => expiresAt ?? undefined,
      sortUndefined: "last",
      meta: { from: "lg", className: "whitespace-nowrap", cellClassName: "text-muted" },
      cell: ({ row: { original: key } }) =>
        key.expiresAt ? <RelativeTime at={key.expiresAt} timeZone={tenant.timeZone} /> : "Never",
    },
    {
      id: "used",
      header: "Last call",
      accessorFn: ({ lastUsedAt }) => lastUsedAt ?? undefined,
      sortUndefined: "last",
      meta: { align: "end", from: "sm", cellClassName: "text-muted" },
      cell: ({ row: { original: key } }) =>
        key.lastUsedAt ? (
          <RelativeTime at={key.lastUsedAt} timeZone={tenant.timeZone} />
        ) : (
          <Missing reason="No call yet" />
        ),
    },
    {
      id: "actions",
      header: () => <span className="sr-only">Actions</span>,
      meta: { align: "end", className: "w-12" },
      cell: ({ row: { original: key } }) => <KeyMenu apiKey={key} tenant={tenant} onAction={onAction} />,
    },
  ];
}

/** While an old secret works: whether an app still has it. */
function OldSecretMark({ apiKey: { previousSecret } }: { apiKey: ApiKey }) {
  return previousSecret?.lastUsedAt ? <Badge tone="near">Old secret in use</Badge> : <Badge>Old secret unused</Badge>;
}

type KeyMenuProps = { apiKey: ApiKey; tenant: Tenant; onAction: KeyTableProps["onAction"] };

function KeyMenu({ apiKey, tenant, onAction }: KeyMenuProps) {
  const router = useRouter();
  const canEdit = useCanEdit() && apiKey.state !== "revoked";

  return (
    <Menu label={`Actions for ${apiKey.name}`}>
      <MenuItem icon={ScrollText} onSelect={() => router.push(`/clients/${tenant.slug}/requests?key=${apiKey.id}`)}>
        Show requests
      </MenuItem>
      {canEdit && (
        <>
          <MenuItem icon={Pencil} onSelect={() => onAction("edit", apiKey)}>
            Edit key
          </MenuItem>
          {apiKey.state === "active" && (
            <MenuItem icon={RefreshCw} onSelect={() => onAction("rotate", apiKey)}>
              Rotate key
            </MenuItem>
          )}
          <MenuItem icon={Ban} danger onSelect={() => onAction("revoke", apiKey)}>
            Revoke key
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

function stateInWords(key: ApiKey, timeZone: string): string {
  if (key.revokedAt) {
    return `Revoked ${formatInstant(new Date(key.revokedAt), timeZone)} ${timeZone}${key.revokedBy ? ` by ${key.revokedBy}` : ""}`;
  }
  if (key.state === "expired") return "Its calls are refused since it expired";
  const since = `Created ${formatDate(new Date(key.createdAt), timeZone)}`;
  if (!key.previousSecretExpiresAt) return since;
  return `${since}; the old secret works until ${formatInstant(new Date(key.previousSecretExpiresAt), timeZone)} ${timeZone}`;
}
