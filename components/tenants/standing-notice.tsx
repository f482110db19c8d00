"use client";

import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import { useViewer } from "@/components/shell/viewer";
import { classNames } from "@/components/ui/class-names";
import { useNow } from "@/components/ui/now";
import type { ApiKey } from "@/lib/keys/schema";
import type { Quota } from "@/lib/tenants/schema";
import { standingOf } from "./standing";

const looks = {
  fine: { icon: CircleCheck, classes: "text-ok" },
  near: { icon: TriangleAlert, classes: "text-near" },
  over: { icon: CircleAlert, classes: "text-over" },
};

/** Whether calls pass, in one line, and what decides it. */
export function StandingNotice({ quota, keys }: { quota: Quota; keys: ApiKey[] | undefined }) {
  const { agency } = useViewer();
  const now = useNow();
  const nameOfKey = (keyId: string) => keys?.find(({ id }) => id === keyId)?.name ?? "…";
  const { level, title, reasons } = standingOf({ quota, nameOfKey, currency: agency.currency, now });
  const { icon: Icon, classes } = looks[level];

  return (
    <div role="status" className="flex gap-2.5">
      <Icon aria-hidden="true" className={classNames("mt-1 size-5 shrink-0", classes)} />
      <div className="min-w-0">
        <p className="text-figure font-semibold">{title}</p>
        <ul className="max-w-[72ch] text-muted [overflow-wrap:anywhere]">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}
