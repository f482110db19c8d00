import { z } from "zod";
import { currency, name, timeZone, unpricedPolicy } from "../http/fields";

const drainRule = "must be a whole number of seconds from 1 to 600";

const drainSeconds = z.int({ error: drainRule }).min(1, { error: drainRule }).max(600, { error: drainRule });
const disconnectPolicy = z.enum(["abort", "drain"], { error: "must be abort or drain" });

/** What the agency has decided for all its clients. */
export type AgencySettings = {
  /**
   * When a client hangs up in mid-stream: `abort` the provider's answer and count what was delivered, as an estimate; or
   * `drain` it, which costs its tokens and gives the exact number.
   */
  disconnectPolicy: "abort" | "drain";
  /** How long an answer is read on after its client has left. What lasts longer is aborted. */
  drainSeconds: number;
  /** What a cost limit does with a model that has no price, where the plan does not say. */
  unpricedPolicy: UnpricedPolicy;
};

/** `GET /api/admin/settings`: who the agency is, and what it has decided. */
export type Settings = AgencySettings & {
  name: string;
  /** Of new clients, and of what the console shows for the agency as a whole. */
  timeZone: string;
  /** In which amounts are shown. None is converted. */
  currency: string;
};

/** `refuse` its calls, or let them `pass` without counting towards the limit of cost. */
export type UnpricedPolicy = "refuse" | "pass";

/** `PATCH /api/admin/settings`: what is left out stays as it is. */
export const updateSettingsInput = z
  .strictObject({ name, timeZone, currency, disconnectPolicy, drainSeconds, unpricedPolicy })
  .partial();

export type UpdateSettingsInput = z.input<typeof updateSettingsInput>;

const stored = z.object({
  disconnectPolicy: disconnectPolicy.default("abort"),
  drainSeconds: drainSeconds.default(60),
  unpricedPolicy: unpricedPolicy.default("refuse"),
}) satisfies z.ZodType<AgencySettings>;

/** The settings as they are stored; what was never set has its default. */
export function settingsOf(json: unknown): AgencySettings {
  return stored.parse(json ?? {});
}
