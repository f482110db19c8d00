import { Badge } from "./badge";

type EntryNameProps = { name: string; isDefault: boolean; onEdit: (() => void) | null };

/** The name that leads a row: a button that edits what it names, for those who may. */
export function EntryName({ name, isDefault, onEdit }: EntryNameProps) {
  return (
    <div className="flex min-w-0 items-center gap-2">
      {onEdit ? (
        <button
          type="button"
          data-row-link=""
          onClick={onEdit}
          title={name}
          className="min-w-0 truncate rounded-inner text-start font-medium"
        >
          <bdi>{name}</bdi>
        </button>
      ) : (
        <bdi className="truncate font-medium">{name}</bdi>
      )}
      {isDefault && (
        <span className="max-sm:hidden">
          <Badge tone="accent">Default</Badge>
        </span>
      )}
    </div>
  );
}
