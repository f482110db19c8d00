"use client";

import { useState } from "react";
import { countOf } from "@/components/ui/format-amount";
import type { AuditEvent } from "@/lib/audit/schema";
import { type Change, changesOf } from "./audit-words";

const shownOfEdit = 3;

/** What it was and what it is, field by field: of an edit the first ones, and on demand the rest, or all of what was made. */
export function ChangeList({ event, timeZone }: { event: AuditEvent; timeZone: string }) {
  const [showsAll, setShowsAll] = useState(false);
  const changes = changesOf(event, timeZone);
  const shownAtFirst = event.before && event.after ? shownOfEdit : 0;
  const shown = showsAll ? changes : changes.slice(0, shownAtFirst);
  const hidden = changes.length - shownAtFirst;

  return (
    <>
      {shown.length > 0 && (
        <dl className="grid gap-0.5">
          {shown.map((change) => (
            <div key={change.field} className="flex flex-wrap gap-x-2">
              <dt className="text-muted">{change.field}</dt>
              <dd className="min-w-0 [overflow-wrap:anywhere]">
                <Sides change={change} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {hidden > 0 && (
        <button
          type="button"
          aria-expanded={showsAll}
          onClick={() => setShowsAll(!showsAll)}
          className="rounded-inner text-caption text-accent hover:underline"
        >
          {showsAll ? "Show less" : `Show ${countOf(hidden, shownAtFirst > 0 ? "more field" : "field")}`}
        </button>
      )}
    </>
  );
}

function Sides({ change: { before, after } }: { change: Change }) {
  if (before === undefined || before === after) return after;
  if (after === undefined) return <del>{before}</del>;
  return (
    <>
      <del className="text-muted">{before}</del>
      <span aria-hidden="true"> → </span>
      <ins className="no-underline">{after}</ins>
    </>
  );
}
