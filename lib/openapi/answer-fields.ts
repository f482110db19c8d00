import { z } from "zod";

/** The kinds of values of which answers consist. */

export const uuid = z.guid();
export const instant = z.iso.datetime();
/** A small whole number. */
export const count = z.int().min(0);
/** Tokens, requests or micro-USD. */
export const amount = z.int().min(0);
/** The same with a sign: corrections may bring what was used below zero. */
export const signedAmount = z.int();
/** A limit: null is unlimited, 0 lets nothing pass. */
export const limitAmount = amount.nullable();
/** Micro-USD; null is "unpriced", never 0. */
export const cost = signedAmount.nullable();
/** What every refusal tells. */
export const error = z.object({
  code: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.string()).optional().meta({ description: "What is wrong with each field." }),
});
/** Where the next page of a list begins. */
export const nextCursor = z.string().nullable().meta({ description: "Null on the last page." });
