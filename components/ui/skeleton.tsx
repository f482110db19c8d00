import { classNames } from "./class-names";

/** Stands where something is loading, in its size. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={classNames("block rounded-inner bg-hover", className)} />;
}

/** Rows of a table that are still loading; the table itself says that it is busy. */
export function SkeletonRows({ rows, columns, dense }: { rows: number; columns: number; dense?: boolean | undefined }) {
  const places = Array.from({ length: rows }, (_, place) => place);

  return places.map((place) => (
    <tr key={place} className={classNames("border-t border-line", dense ? "h-8" : "h-10")}>
      <td colSpan={columns} className="px-4 md:px-6">
        <Skeleton className="h-3.5 w-full max-w-xl" />
      </td>
    </tr>
  ));
}
