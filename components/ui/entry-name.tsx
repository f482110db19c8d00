import Link from "next/link";
import type { ReactNode } from "react";

type EntryNameProps = {
  name: string;
  /** What it is beside its name: behind it, or below where there is no room. */
  marks?: ReactNode;
  /** The page of what is named. */
  href?: string;
  /** Where it has none: edits it, for those who may. */
  onEdit?: (() => void) | null;
};

/** The name that leads a row and opens what it names. */
export function EntryName({ name, marks, href, onEdit }: EntryNameProps) {
  return (
    <div className="flex min-w-0 items-center gap-2 max-sm:flex-col max-sm:items-start max-sm:gap-1">
      {href ? (
        <Link
          href={href}
          data-row-link=""
          dir="auto"
          title={name}
          className="max-w-full min-w-0 truncate rounded-inner font-medium"
        >
          {name}
        </Link>
      ) : onEdit ? (
        <button
          type="button"
          data-row-link=""
          onClick={onEdit}
          dir="auto"
          title={name}
          className="max-w-full min-w-0 truncate rounded-inner text-left font-medium"
        >
          {name}
        </button>
      ) : (
        <bdi className="max-w-full truncate font-medium">{name}</bdi>
      )}
      {marks && <span className="flex gap-2 empty:hidden">{marks}</span>}
    </div>
  );
}
