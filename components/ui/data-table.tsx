"use client";

import {
  type ColumnDef,
  getCoreRowModel,
  getSortedRowModel,
  type Header,
  type RowData,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { type MouseEvent, type ReactNode, useState } from "react";
import { Button } from "./button";
import { classNames } from "./class-names";
import { ListEnd } from "./load-more";
import { ScrollRegion } from "./scroll-region";
import { SkeletonRows } from "./skeleton";

declare module "@tanstack/react-table" {
  interface ColumnMeta<TData extends RowData, TValue> {
    align?: "end";
    /** Left out of tables narrower than this. */
    from?: "sm" | "md" | "lg" | "xl";
    className?: string;
    /** For the cells alone, not for the header above them. */
    cellClassName?: string;
  }
}

type DataTableProps<Row> = {
  /** What the table holds; its name for those who cannot see it. */
  label: string;
  // biome-ignore lint/suspicious/noExplicitAny: columns of one table hold values of different types
  columns: ColumnDef<Row, any>[];
  /** Undefined while loading. */
  rows: Row[] | undefined;
  getRowId: (row: Row) => string;
  sorting?: SortingState;
  onSortingChange?: (sorting: SortingState) => void;
  /** The rows come in order: there are more of them than these. */
  isSorted?: boolean;
  /** Rows of the past (revoked keys) step back. */
  isDimmed?: (row: Row) => boolean;
  /** The row that is singled out elsewhere on the page. */
  isSelected?: (row: Row) => boolean;
  dense?: boolean;
  /** Of many rows that are all here, so many are drawn until more are asked for. */
  pageSize?: number;
  /** How many rows stand for those that are loading: as many as will come, where that is known. */
  expectedRows?: number;
  empty: ReactNode;
};

const fromClasses = {
  sm: "@max-table-sm:hidden",
  md: "@max-table-md:hidden",
  lg: "@max-table-lg:hidden",
  xl: "@max-table-xl:hidden",
};

/**
 * The page's gutter before the first and after the last cell that is shown, whichever it is; lines reach the edge. As
 * padding: a width would give way to a column that takes all there is. Without a width it would take a part of what is over.
 */
const gutterClasses =
  "before:table-cell before:w-0 before:ps-2 before:content-[''] after:table-cell after:w-0 after:ps-2 after:content-[''] md:before:ps-4 md:after:ps-4";

/** A table whose rows open what they name, by the link in them that carries `data-row-link`. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, getRowId, sorting = [], onSortingChange, isSorted } = props;
  const { isDimmed, isSelected, dense, pageSize = Number.POSITIVE_INFINITY, expectedRows = 6, empty } = props;
  const [pages, setPages] = useState(1);
  const table = useReactTable({
    data: rows ?? (noRows as Row[]),
    columns,
    getRowId,
    state: { sorting },
    onSortingChange: (change) => onSortingChange?.(typeof change === "function" ? change(sorting) : change),
    enableSorting: onSortingChange !== undefined,
    enableSortingRemoval: false,
    manualSorting: isSorted ?? false,
    // Rows come in a new array with each render; the library would answer each with another render.
    autoResetAll: false,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });

  if (rows?.length === 0) return empty;

  const all = table.getRowModel().rows;
  const hidden = Math.max(0, all.length - pages * pageSize);

  return (
    <>
      <ScrollRegion label={label}>
        <table aria-label={label} aria-busy={rows === undefined} className="w-full border-collapse text-start">
          {/* Its columns find their widths with the rows; until then its words would only be seen to move. */}
          <thead className={classNames(rows === undefined && "invisible")}>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id} className={classNames(gutterClasses, "h-9 border-b border-line")}>
                {group.headers.map((header) => (
                  <HeaderCell key={header.id} header={header} />
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            {rows === undefined && <SkeletonRows rows={expectedRows} dense={dense} columns={columns.length} />}
            {all.slice(0, all.length - hidden).map((row) => (
              <tr
                key={row.id}
                onClick={openRow}
                className={classNames(
                  gutterClasses,
                  "border-b border-line last:border-b-0 hover:bg-hover has-data-row-link:cursor-pointer",
                  dense ? "h-8" : "h-10",
                  isDimmed?.(row.original) && "text-muted",
                  isSelected?.(row.original) && "bg-accent/5",
                )}
              >
                {row.getVisibleCells().map((cell) => (
                  <td
                    key={cell.id}
                    className={classNames(
                      cellClasses(cell.column.columnDef.meta),
                      cell.column.columnDef.meta?.cellClassName,
                    )}
                  >
                    {draw(cell.column.columnDef.cell, cell.getContext())}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {hidden === 0 && pages > 1 && <ListEnd />}
      {hidden > 0 && (
        <div className="flex justify-center border-t border-line py-4 print:hidden">
          <Button onClick={() => setPages(pages + 1)}>
            Show {Math.min(hidden, pageSize)} more of {hidden}
          </Button>
        </div>
      )}
    </>
  );
}

const noRows: unknown[] = [];

function HeaderCell<Row>({ header }: { header: Header<Row, unknown> }) {
  const { column } = header;
  const title = draw(column.columnDef.header, header.getContext());
  const order = column.getIsSorted();
  const Icon = order === "asc" ? ArrowUp : order === "desc" ? ArrowDown : ChevronsUpDown;

  return (
    <th
      scope="col"
      aria-sort={ariaSort()}
      className={classNames(cellClasses(column.columnDef.meta), "text-caption font-medium text-muted")}
    >
      {column.getCanSort() ? (
        <button
          type="button"
          onClick={column.getToggleSortingHandler()}
          className={classNames(
            "inline-flex items-center gap-1 rounded-inner align-middle whitespace-nowrap hover:text-fg",
            column.columnDef.meta?.align === "end" && "flex-row-reverse",
            order && "text-fg",
          )}
        >
          {title}
          <Icon aria-hidden="true" className="size-3" />
        </button>
      ) : (
        title
      )}
    </th>
  );

  function ariaSort() {
    if (!column.getCanSort()) return undefined;
    if (!order) return "none";
    return order === "asc" ? "ascending" : "descending";
  }
}

function cellClasses(meta: { align?: "end"; from?: keyof typeof fromClasses; className?: string } | undefined): string {
  return classNames(
    "px-2 py-1",
    meta?.align === "end" ? "text-end" : "text-start",
    meta?.from && fromClasses[meta.from],
    meta?.className,
  );
}

/** A click anywhere in a row goes where its link goes; links and buttons in it keep their own meaning. */
function openRow(event: MouseEvent<HTMLTableRowElement>): void {
  if ((event.target as Element).closest("a, button, [role=menu], [role=dialog], [role=alertdialog]")) return;
  if (window.getSelection()?.toString()) return;
  event.currentTarget.querySelector<HTMLElement>("[data-row-link]")?.click();
}

/** Calls a column's drawing function. As a component of its own it would lose its state whenever columns are made anew. */
function draw<Context>(template: ((context: Context) => ReactNode) | ReactNode, context: Context): ReactNode {
  return typeof template === "function" ? template(context) : template;
}
