import { classNames } from "./class-names";

/** Stands where something is loading, in its size. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={classNames("block rounded-inner bg-hover", className)} />;
}

/** Rows of a table that are still loading; said once to those who cannot see them. */
export function SkeletonRows({ rows, columns }: { rows: number; columns: number }) {
  return Array.from({ length: rows }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
    <tr key={row} className="h-10 border-t border-line" aria-hidden="true">
      <td colSpan={columns} className="px-4 md:px-6">
        <Skeleton className="h-3.5 w-full max-w-xl" />
      </td>
    </tr>
  ));
}
