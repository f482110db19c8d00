"use client";

import { useState } from "react";
import { useNow } from "@/components/ui/now";
import { Select } from "@/components/ui/select";
import { refusalOf } from "@/lib/gateway/refusal";
import type { Headroom } from "@/lib/quota/types";
import { windowAt } from "@/lib/quota/window";

const examples = {
  day: { label: "Tokens of the day", limit: { metric: "tokens", window: "day", cap: 50_000, used: 50_000 } },
  month: { label: "Calls of the month", limit: { metric: "requests", window: "month", cap: 5_000, used: 5_000 } },
  budget: { label: "Budget of the month", limit: { metric: "cost", window: "month", cap: 1, used: 1 } },
  key: {
    label: "Tokens of one key",
    limit: { subject: "key", metric: "tokens", window: "day", cap: 10_000, used: 10_000 },
  },
  room: {
    label: "Too little left",
    limit: { metric: "tokens", window: "day", cap: 50_000, used: 48_000, reserved: 900 },
  },
} satisfies Record<string, { label: string; limit: Partial<Headroom> }>;

type Example = keyof typeof examples;
const choices = Object.entries(examples).map(([value, { label }]) => ({ value, label }));

/** All that an app is told when a limit is used up, made by what makes the real refusals, with the agency's words at its end. */
export function RefusalPreview({ note, timeZone }: { note: string; timeZone: string }) {
  const now = useNow();
  const [example, setExample] = useState<Example>("day");
  const words = note.replace(/\s+/g, " ").trim();
  const told = refusalOf({
    headroom: [headroomOf(example, { now, timeZone })],
    inFlight: null,
    needed: { tokens: 2_500, cost: 1 },
    timeZone,
    at: now,
    quotaStatus: 429,
    note: null,
  }).message;

  return (
    <figure className="rounded-outer border border-line">
      <figcaption className="flex flex-wrap items-center justify-between gap-2 border-b border-line py-1.5 ps-3 pe-1.5">
        <span className="text-muted">What an app is told then</span>
        <Select
          aria-label="Example"
          value={example}
          onChange={(value) => setExample(value as Example)}
          options={choices}
          className="w-44"
        />
      </figcaption>
      <blockquote aria-live="polite" className="p-3 [overflow-wrap:anywhere]">
        {told} {words && <b className="font-medium text-accent">{words}</b>}
      </blockquote>
    </figure>
  );
}

function headroomOf(example: Example, { now, timeZone }: { now: Date; timeZone: string }): Headroom {
  const limit = {
    subject: "tenant",
    subjectId: "example",
    origin: "plan",
    reserved: 0,
    ...examples[example].limit,
  } as const;
  const { cap, used, reserved, window } = limit;
  return { ...limit, remaining: cap - used - reserved, resetsAt: windowAt(window, now, timeZone).endsAt };
}
