import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names";

const tones = {
  info: { icon: Info, classes: "border-info/35 bg-info/8", mark: "text-info" },
  near: { icon: TriangleAlert, classes: "border-near/35 bg-near/8", mark: "text-near" },
  over: { icon: CircleAlert, classes: "border-over/35 bg-over/8", mark: "text-over" },
};

/** Something the reader of this page must know. */
export function Notice({ tone, children }: { tone: keyof typeof tones; children: ReactNode }) {
  const { icon: Icon, classes, mark } = tones[tone];

  return (
    <div className={classNames("flex gap-2.5 rounded-outer border px-3 py-2.5", classes)}>
      <Icon aria-hidden="true" className={classNames("mt-0.5 size-4 shrink-0", mark)} />
      <div className="min-w-0 max-w-[72ch] [overflow-wrap:anywhere]">{children}</div>
    </div>
  );
}
