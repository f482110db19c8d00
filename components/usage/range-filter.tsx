"use client";

import dynamic from "next/dynamic";
import { useNow } from "@/components/ui/now";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { useUrlState } from "@/components/ui/use-url-state";
import { localDate } from "@/lib/quota/window";
import { daysOfRange, defaultPreset, presets, type Range, rangeOf } from "./range";

/** Few look at days of their own choice, so that its fields do not come with the page. */
const DateInput = dynamic(() => import("@/components/ui/date-input").then((module) => module.DateInput), {
  ssr: false,
  loading: () => <Skeleton className="h-9 min-w-0 grow sm:w-38" />,
});

const anyTime = "any";

/** The range in the URL, as what is asked of the server. It moves on at midnight. */
export function useUrlRange(timeZone: string): Range {
  const now = useNow();
  const [preset] = useUrlState("range", defaultPreset);
  const [from] = useUrlState("from");
  const [to] = useUrlState("to");
  return rangeOf({ preset, from, to }, { timeZone, now });
}

/** The same where any time is a choice, and the one to begin with. */
export function useUrlSpan(timeZone: string): Pick<Range, "from" | "to"> | null {
  const { from, to } = useUrlRange(timeZone);
  const [preset] = useUrlState("range", anyTime);
  return presets.some(({ value }) => value === preset) ? { from, to } : null;
}

type RangeFilterProps = { timeZone: string; withAnyTime?: boolean };

export function RangeFilter({ timeZone, withAnyTime }: RangeFilterProps) {
  const now = useNow();
  const initial = withAnyTime ? anyTime : defaultPreset;
  const options = withAnyTime ? [{ value: anyTime, label: "Any time" }, ...presets] : [...presets];
  const [preset, setPreset] = useUrlState("range", initial);
  const [from, setFrom] = useUrlState("from");
  const [to, setTo] = useUrlState("to");
  const today = localDate(now, timeZone);
  const [first, last] = daysOfRange({ preset, from, to }, { timeZone, now });

  function choose(next: string) {
    const isCustom = next === "custom";
    setFrom(isCustom ? `${today.slice(0, 8)}01` : "");
    setTo(isCustom ? today : "");
    setPreset(next);
  }

  function chooseDays(nextFirst: string, nextLast: string) {
    setFrom(nextFirst);
    setTo(nextLast);
  }

  return (
    <>
      <Select
        aria-label="Range"
        value={options.some(({ value }) => value === preset) ? preset : initial}
        onChange={choose}
        options={options}
        className="w-full sm:w-36"
      />
      {preset === "custom" && (
        <div className="col-span-2 flex w-full items-center gap-2 sm:w-auto">
          <DateInput label="First day" today={today} value={first} onChange={(day) => chooseDays(day, last)} />
          <span className="text-muted">to</span>
          <DateInput label="Last day" today={today} value={last} onChange={(day) => chooseDays(first, day)} />
        </div>
      )}
    </>
  );
}
