import { Notice } from "@/components/ui/notice";
import type { TenantListItem } from "@/lib/tenants/schema";
import type { Outcome } from "./change-each";

/** How far a change to many clients has come. */
export function BulkProgress({ finished, all }: { finished: number; all: number }) {
  return (
    <div>
      <progress aria-label="Progress" className="h-1.5 w-full accent-accent" value={finished} max={all} />
      <p role="status" className="text-caption text-muted">
        {finished} of {all}
      </p>
    </div>
  );
}

/** What became of it where not all of them could be changed: who was not, and why. */
export function BulkOutcome({ outcome, done }: { outcome: Outcome<TenantListItem>; done: string }) {
  return (
    <>
      <Notice tone="over">
        {outcome.failed.length} could not be changed, {outcome.done.length} {outcome.done.length === 1 ? "is" : "are"}{" "}
        {done}.
      </Notice>
      <ul aria-label="Not changed" className="max-h-48 list-disc overflow-y-auto ps-5">
        {outcome.failed.map(({ item, message }) => (
          <li key={item.id} className="[overflow-wrap:anywhere]">
            <bdi className="font-medium">{item.name}</bdi>: {message}
          </li>
        ))}
      </ul>
    </>
  );
}
