"use client";

import { Input } from "@/components/ui/input";
import { useNow } from "@/components/ui/now";
import { Select } from "@/components/ui/select";
import { useUrlState } from "@/components/ui/use-url-state";
import { localDate } from "@/lib/quota/window";
import { defaultPreset, presets, type Range, rangeOf } from "./range";

/** The range in the URL, as what is asked of the server. It moves on at midnight. */
export function useUrlRange(timeZone: string): Range {
  const now = useNow();
  const [preset] = useUrlState("range", defaultPreset);
  const [from] = useUrlState("from");
  const [to] = useUrlState("to");
  return rangeOf({ preset, from, to }, { timeZone, now });
}

export function RangeFilter({ timeZone }: { timeZone: string }) {
  const now = useNow();
  const [preset, setPreset] = useUrlState("range", defaultPreset);
  const [from, setFrom] = useUrlState("from");
  const [to, setTo] = useUrlState("to");
  const today = localDate(now, timeZone);

  function choose(next: string) {
    const isCustom = next === "custom";
    setFrom(isCustom ? `${today.slice(0, 8)}01` : "");
    setTo(isCustom ? today : "");
    setPreset(next);
  }

  return (
    <>
      <Select
        aria-label="Range"
        value={presets.some(({ value }) => value === preset) ? preset : defaultPreset}
        onChange={choose}
        options={[...presets]}
        className="w-full sm:w-36"
      />
      {preset === "custom" && (
        <div className="flex w-full items-center gap-2 sm:w-auto">
          <Input
            type="date"
            aria-label="First day"
            max={today}
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
          <span className="text-muted">to</span>
          <Input
            type="date"
            aria-label="Last day"
            max={today}
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        </div>
      )}
    </>
  );
}
