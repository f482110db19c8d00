import { z } from "zod";
import { name, slug } from "../http/fields";
import { type Dialect, dialects, factsOf, type Vendor, vendors } from "./vendors";

/** `/api/proxy/v1` is the default provider's, so no provider may be called that. */
const providerSlug = slug.refine((text) => !/^v\d/.test(text), { error: "must not look like an API version" });

const baseUrl = z
  .string({ error: "must be an http or https address" })
  .trim()
  .max(2000)
  .refine(isBaseUrl, { error: "must be an http or https address without user, query and fragment" });

const credential = z
  .string({ error: "must be a text" })
  .trim()
  .max(16_384, { error: "must have at most 16384 characters" });

const providerFields = z.strictObject({
  slug: providerSlug,
  name,
  vendor: z.enum(vendors, { error: `must be one of ${vendors.join(", ")}` }),
  dialect: z.enum(dialects, { error: `must be one of ${dialects.join(", ")}` }),
  baseUrl,
  credential,
  isDefault: z.boolean({ error: "must be true or false" }),
});

/** Base URL, dialect and credential may be left out where the vendor settles them. */
export const createProviderInput = providerFields
  .partial({ dialect: true, baseUrl: true, credential: true, isDefault: true })
  .superRefine((input, context) => {
    for (const [field, message] of missingFor(input.vendor, input)) {
      context.addIssue({ code: "custom", path: [field], message });
    }
  });

/** What is left out stays as it is; so does the credential, which is never shown. */
export const updateProviderInput = providerFields.omit({ slug: true, vendor: true }).partial();

export type CreateProviderInput = z.input<typeof createProviderInput>;
export type UpdateProviderInput = z.input<typeof updateProviderInput>;

/** An upstream. Its credential is write-only: whether there is one is told, and its last four characters. */
export type Provider = {
  id: string;
  slug: string;
  name: string;
  vendor: Vendor;
  dialect: Dialect;
  baseUrl: string;
  credentialSet: boolean;
  /** `…a1b2`; null when there is none or it is too short to show any of it. */
  credentialHint: string | null;
  /** Whether `/api/proxy/v1` leads to it. */
  isDefault: boolean;
  createdAt: string;
};

/** `GET /api/admin/providers` */
export type ProviderList = { items: Provider[] };

/** `POST /api/admin/providers/{id}/test`: what asking for the model list gave. `status` is null without an answer. */
export type ProviderTest = { ok: boolean; status: number | null; latencyMs: number; message: string };

/** In milliseconds: half of the calls took no longer than the median, and 5 % longer than the slowest. */
export type LatencySpread = { median: number; slowest: number };

/** How a provider answered. An error is its own, or one about the agency's account; what it says of a request is none. */
export type ProviderHealth = {
  providerId: string;
  calls: number;
  errors: number;
  /** The errors by status, most frequent first; null where no answer came. */
  causes: { status: number | null; calls: number }[];
  lastErrorAt: string | null;
  /** To the end of the answer, errors left out; null without a call. */
  latencyMs: LatencySpread | null;
  /** To the beginning of the answer, of streams. */
  firstByteMs: LatencySpread | null;
};

/** `GET /api/admin/providers/health` */
export type ProviderHealthList = { since: string; items: ProviderHealth[] };

function missingFor(
  vendor: Vendor,
  given: { dialect?: Dialect | undefined; baseUrl?: string | undefined; credential?: string | undefined },
) {
  const facts = factsOf(vendor);
  const missing: [field: string, message: string][] = [];
  if (facts.baseUrl === null && given.baseUrl === undefined) missing.push(["baseUrl", "is required for this vendor"]);
  if (facts.dialect === null && given.dialect === undefined) missing.push(["dialect", "is required for this vendor"]);
  if (!facts.credentialOptional && !given.credential) missing.push(["credential", "is required for this vendor"]);
  if (facts.dialect !== null && given.dialect !== undefined && given.dialect !== facts.dialect) {
    missing.push(["dialect", `is ${facts.dialect} for this vendor`]);
  }
  return missing;
}

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return (protocol === "http:" || protocol === "https:") && !username && !password && !search && !hash;
}
