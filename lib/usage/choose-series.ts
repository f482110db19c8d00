import type { Audience } from "./audience";
import type { SeriesSums } from "./rollup-store";
import { byUse } from "./totals";

/** So many keys, and as many users of the playground, have a line of their own. */
export const maxSeries = 200;

/** Which series of a report have a line of their own; the rest of each source is one. */
export type ChosenSeries = {
  /** Those with a line, most used first. */
  shown: SeriesSums[];
  others: SeriesSums[];
  /** Whether keys were cut that would be listed if there were fewer. */
  truncated: boolean;
  /** Tenants of which some legacy key is sought. */
  legacyTenantIds: Set<string>;
};

type Choice = { all: SeriesSums[]; audience: Audience; isSought: (series: SeriesSums) => boolean };

/** The most used ones of those that are sought. A client sees the playground's use as one. */
export function chooseSeries({ all, audience, isSought }: Choice): ChosenSeries {
  const sought = all.filter(isSought).toSorted(byUse);
  const keys = sought.filter(({ source }) => source !== "web");
  const users = audience === "staff" ? sought.filter(({ source }) => source === "web") : [];
  const shown = new Set([...keys.slice(0, maxSeries), ...users.slice(0, maxSeries)]);
  return {
    shown: [...shown].toSorted(byUse),
    others: all.filter((series) => !shown.has(series)),
    truncated: keys.length > maxSeries,
    legacyTenantIds: new Set(keys.filter(({ source }) => source === "legacy").map(({ tenantId }) => tenantId)),
  };
}
