import { z } from "zod";
import { isTimeZone } from "../quota/window";

/** Input fields that several features share. An amount that JavaScript cannot hold exactly is refused, not rounded. */

/** What PostgreSQL can keep: no NUL and no half of a surrogate pair. */
export const text = z
  .string({ error: "must be a text" })
  .refine((value) => value.isWellFormed() && !value.includes("\0"), {
    error: "contains characters that cannot be stored",
  });

const wholeNumber = "must be a whole number from 0 to 9007199254740991";
const smallWholeNumber = "must be a whole number from 0 to 2147483647";

/** Tokens, requests or micro-USD. */
const amount = z.int({ error: wholeNumber }).min(0, { error: wholeNumber });

/** A limit: null is unlimited, 0 lets nothing pass. */
export const limit = amount.nullable();

/** A number that the database keeps in 32 bits. */
export const smallAmount = z
  .int({ error: smallWholeNumber })
  .min(0, { error: smallWholeNumber })
  .max(2_147_483_647, { error: smallWholeNumber });

export const smallLimit = smallAmount.nullable();

export const name = text
  .trim()
  .min(1, { error: "must not be empty" })
  .max(120, { error: "must have at most 120 characters" })
  .refine((value) => !/\p{Cc}/u.test(value), { error: "must not contain control characters" });

export const email = z
  .string({ error: "must be an e-mail address" })
  .trim()
  .toLowerCase()
  .max(254, { error: "must have at most 254 characters" })
  .pipe(z.email({ error: "must be an e-mail address" }));

const slugRule = "must consist of lower-case letters, digits and single hyphens, at most 60";

export const slug = z
  .string({ error: slugRule })
  .max(60, { error: slugRule })
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: slugRule });

/** As the database writes it. */
export const id = z.guid({ error: "must be an id" }).overwrite((text) => text.toLowerCase());

const instantRule = "must be an instant such as 2026-11-21T09:30:00Z";
const [earliest, latest] = [new Date(0), new Date("9999-12-31T23:59:59.999Z")];

/** ISO 8601 with `Z` or an offset; becomes a Date. Before 1970 and after 9999 databases and calendars have each their own limits. */
export const instant = z
  .string({ error: instantRule })
  .pipe(z.iso.datetime({ offset: true, error: instantRule }))
  .transform((iso) => new Date(iso))
  .refine((at) => earliest <= at && at <= latest, { error: "must lie in the years 1970 to 9999" })
  .meta({ format: "date-time" });

export const timeZone = z
  .string({ error: "must be a time zone such as Europe/Berlin" })
  .max(60)
  .refine(isTimeZone, { error: "must be a time zone such as Europe/Berlin" });

const currencies = new Set(Intl.supportedValuesOf("currency"));

export const currency = z
  .string({ error: "must be a currency such as EUR" })
  .refine((code) => currencies.has(code), { error: "must be a currency such as EUR" });

/** Names or patterns with `*`; empty (or null) allows every model. */
export const allowedModels = z
  .array(text.trim().min(1, { error: "must not be empty" }).max(200, { error: "must have at most 200 characters" }), {
    error: "must be a list of model names",
  })
  .max(200, { error: "must have at most 200 entries" })
  .nullable()
  .transform((models) => models ?? []);

/** What a cost limit does with a model that has no price. */
export const unpricedPolicy = z.enum(["refuse", "pass"], { error: "must be refuse or pass" });

/** A whole number in a query string, without sign, point or exponent. */
export function queryNumber({ min, max }: { min: number; max: number }) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string({ error })
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .refine((number) => number >= min && number <= max, { error });
}
