import type { Audience } from "./audience";
import type { RankedSeries } from "./rollup-store";
import { byUse } from "./totals";

/** So many keys, and as many users of the playground, have a line of their own. */
export const maxSeries = 200;

/** Which series of a report have a line of their own; the rest of each source is one. */
export type ChosenSeries = {
  /** Those with a line, most used first. */
  shown: RankedSeries[];
  /** How many keys there are beside them. */
  otherKeys: number;
  /** Whether keys were cut that would be listed if there were fewer. */
  truncated: boolean;
  /** How many users of the playground there are beside them. */
  otherUsers: number;
  /** Tenants of which some legacy key is sought. */
  legacyTenantIds: Set<string>;
};

type Choice = { all: RankedSeries[]; audience: Audience; isSought: (series: RankedSeries) => boolean };

/** The most used ones of those that are sought. A client sees the playground's use as one. */
export function chooseSeries({ all, audience, isSought }: Choice): ChosenSeries {
  const [keys, web] = [all.filter(({ source }) => source !== "web"), all.filter(({ source }) => source === "web")];
  const soughtKeys = keys.filter(isSought).toSorted(byUse);
  const shownKeys = soughtKeys.slice(0, maxSeries);
  const shownUsers = audience === "staff" ? web.filter(isSought).toSorted(byUse).slice(0, maxSeries) : [];
  return {
    shown: [...shownKeys, ...shownUsers].toSorted(byUse),
    otherKeys: keys.length - shownKeys.length,
    truncated: soughtKeys.length > shownKeys.length,
    otherUsers: web.length - shownUsers.length,
    legacyTenantIds: new Set(soughtKeys.filter(({ source }) => source === "legacy").map(({ tenantId }) => tenantId)),
  };
}
