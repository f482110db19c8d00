import type { ReactNode } from "react";
import { classNames } from "./class-names";

const tones = {
  neutral: "border-line text-muted",
  accent: "border-accent/35 bg-accent/8 text-accent",
  ok: "border-ok/35 bg-ok/8 text-ok",
  near: "border-near/35 bg-near/8 text-near",
  over: "border-over/35 bg-over/8 text-over",
};

export type Tone = keyof typeof tones;

/** A short mark beside a name. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classNames(
        "inline-flex h-5 shrink-0 items-center rounded-full border px-2 text-caption font-medium whitespace-nowrap",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
