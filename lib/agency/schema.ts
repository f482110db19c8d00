import { z } from "zod";
import { alertRecipients } from "../alerts/schema";
import { currency, name, text, timeZone, unpricedPolicy } from "../http/fields";
import { retentionMonths } from "../retention/schema";

const drainRule = "must be a whole number of seconds from 1 to 600";

const drainSeconds = z.int({ error: drainRule }).min(1, { error: drainRule }).max(600, { error: drainRule });
const noteRule = "must have at most 300 characters";
const refusalNote = text
  .trim()
  .max(300, { error: noteRule })
  .refine((value) => !/\p{Cc}/u.test(value), { error: "must be one line without control characters" })
  .nullable()
  .transform((value) => value || null);
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
  /** How many whole months before the present one calls stay on the ledger; null for ever. A client may have its own. */
  retentionMonths: number | null;
  /** The agency's own words after those of a refusal: whom to ask, and where. Null for none. */
  refusalNote: string | null;
  /** Who is told by e-mail when a limit comes near or is used up. Nobody: none is told. */
  alertRecipients: string[];
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
  .strictObject({
    name,
    timeZone,
    currency,
    disconnectPolicy,
    drainSeconds,
    unpricedPolicy,
    retentionMonths,
    refusalNote,
    alertRecipients,
  })
  .partial();

export type UpdateSettingsInput = z.input<typeof updateSettingsInput>;

const stored = z.object({
  disconnectPolicy: disconnectPolicy.default("abort"),
  drainSeconds: drainSeconds.default(60),
  unpricedPolicy: unpricedPolicy.default("refuse"),
  retentionMonths: retentionMonths.default(null),
  refusalNote: refusalNote.default(null),
  alertRecipients: alertRecipients.default([]),
}) satisfies z.ZodType<AgencySettings>;

/** The settings as they are stored; what was never set has its default. */
export function settingsOf(json: unknown): AgencySettings {
  return stored.parse(json ?? {});
}
