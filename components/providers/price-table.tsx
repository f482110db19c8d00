"use client";

import type { ColumnDef } from "@tanstack/react-table";
import { CalendarX, Pencil, Plus, RotateCcw, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useCanEdit, useViewer } from "@/components/shell/viewer";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { formatExactCost } from "@/components/ui/format-amount";
import { formatDate, formatInstant } from "@/components/ui/format-time";
import { HoverDetail } from "@/components/ui/hover-detail";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { useNow } from "@/components/ui/now";
import type { ModelPrice } from "@/lib/prices/schema";
import { endOfPrice } from "@/lib/prices/span";
import { type PriceState, stateOfPrice } from "./price-state";

export type PriceAction = "follow" | "edit" | "end" | "reopen" | "delete";

type PriceTableProps = {
  prices: ModelPrice[] | undefined;
  onAction: (action: PriceAction, price: ModelPrice) => void;
  empty: ReactNode;
};

/** `stored` is the price as it was loaded, by which its version is told. */
type DatedPrice = ModelPrice & { stored: ModelPrice; endsAt: string | null; state: PriceState };

export function PriceTable({ prices, onAction, empty }: PriceTableProps) {
  const { agency } = useViewer();
  const now = useNow();

  return (
    <DataTable
      label="Prices"
      columns={columnsFor({ onAction, ...agency })}
      rows={prices?.map((price) => datedOf(price, { prices, now }))}
      getRowId={({ id }) => id}
      isDimmed={({ state }) => state === "past"}
      empty={empty}
    />
  );
}

function datedOf(price: ModelPrice, { prices, now }: { prices: ModelPrice[]; now: Date }): DatedPrice {
  const endsAt = endOfPrice(price, prices);
  return { ...price, stored: price, endsAt, state: stateOfPrice({ ...price, endsAt }, now) };
}

type Words = { onAction: PriceTableProps["onAction"]; currency: string; timeZone: string };

function columnsFor({ onAction, currency, timeZone }: Words): ColumnDef<DatedPrice>[] {
  return [
    {
      id: "models",
      header: "Models",
      meta: { className: "max-w-0 min-w-32 w-1/3" },
      cell: ({ row: { original: price } }) => (
        <div className="flex min-w-0 items-center gap-2 max-sm:flex-col max-sm:items-start max-sm:gap-1">
          <span title={price.modelPattern} className="max-w-full truncate font-mono text-caption">
            {price.modelPattern}
          </span>
          {price.state === "to come" && <Badge tone="accent">To come</Badge>}
        </div>
      ),
    },
    rateColumn({ header: "Input", currency, rateOf: ({ inputMicroUsd }) => inputMicroUsd }),
    rateColumn({ header: "Cached", from: "lg", currency, rateOf: ({ cachedInputMicroUsd }) => cachedInputMicroUsd }),
    rateColumn({ header: "Cache write", from: "lg", currency, rateOf: (price) => price.cacheWriteMicroUsd }),
    rateColumn({ header: "Output", currency, rateOf: ({ outputMicroUsd }) => outputMicroUsd }),
    {
      id: "from",
      header: "Since",
      meta: { from: "sm", className: "whitespace-nowrap", cellClassName: "text-muted" },
      cell: ({ row: { original: price } }) => <DayOf at={price.validFrom} timeZone={timeZone} />,
    },
    {
      id: "to",
      header: "Until",
      meta: { from: "md", className: "whitespace-nowrap", cellClassName: "text-muted" },
      cell: ({ row: { original: price } }) =>
        price.endsAt === null ? "Further notice" : <DayOf at={price.endsAt} timeZone={timeZone} />,
    },
    {
      id: "actions",
      header: () => <span className="sr-only">Actions</span>,
      meta: { align: "end", className: "w-12" },
      cell: ({ row: { original: price } }) => <PriceMenu price={price} onAction={onAction} />,
    },
  ];
}

type RateColumn = {
  header: string;
  from?: "lg";
  currency: string;
  rateOf: (price: ModelPrice) => number | null;
};

function rateColumn({ header, from, currency, rateOf }: RateColumn): ColumnDef<DatedPrice> {
  return {
    id: header,
    header,
    meta: { align: "end", className: "whitespace-nowrap", ...(from && { from }) },
    cell: ({ row: { original: price } }) => {
      const rate = rateOf(price);
      return rate === null ? <span className="text-muted">As input</span> : formatExactCost(rate, currency);
    },
  };
}

function DayOf({ at, timeZone }: { at: string; timeZone: string }) {
  const instant = new Date(at);
  return (
    <HoverDetail detail={`${formatInstant(instant, timeZone)} ${timeZone}`}>
      {formatDate(instant, timeZone)}
    </HoverDetail>
  );
}

function PriceMenu({ price, onAction }: { price: DatedPrice; onAction: PriceTableProps["onAction"] }) {
  if (!useCanEdit() || price.state === "past") return null;

  return (
    <Menu label={`Actions for ${price.modelPattern}`}>
      {price.state === "to come" ? (
        <MenuItem icon={Pencil} onSelect={() => onAction("edit", price.stored)}>
          Edit price
        </MenuItem>
      ) : (
        <MenuItem icon={Plus} onSelect={() => onAction("follow", price.stored)}>
          New price
        </MenuItem>
      )}
      {price.validTo === null ? (
        <MenuItem icon={CalendarX} onSelect={() => onAction("end", price.stored)}>
          End price
        </MenuItem>
      ) : (
        <MenuItem icon={RotateCcw} onSelect={() => onAction("reopen", price.stored)}>
          Take its end back
        </MenuItem>
      )}
      {price.state === "to come" && (
        <>
          <MenuSeparator />
          <MenuItem icon={Trash2} danger onSelect={() => onAction("delete", price.stored)}>
            Delete price
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
