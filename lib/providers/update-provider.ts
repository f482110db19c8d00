import type { z } from "zod";
import { changedFields } from "../audit/changed-fields";
import type { Actor } from "../auth/require-staff";
import { AppError } from "../errors";
import { requireMatch } from "../http/etag";
import { normaliseBaseUrl } from "./base-url";
import { changeProviders } from "./change-providers";
import { refuseUnusableDefault } from "./default-provider";
import { refuseForbiddenHost } from "./forbidden-host";
import type { Provider, updateProviderInput } from "./schema";
import { clearDefaultProvider, readProvider, saveProvider } from "./store";
import { refuseUnusableCredential } from "./unusable-credential";
import { factsOf } from "./vendors";

type UpdateProvider = {
  providerId: string;
  input: z.output<typeof updateProviderInput>;
  ifMatch?: string | null;
  actor: Actor;
  now: Date;
};

/**
 * Changes an upstream; a credential that is left out stays.
 * @throws AppError `not_found`; `invalid_request` for what its vendor does not allow; `precondition_failed` when it is not as
 * `ifMatch` says.
 */
export async function updateProvider({
  providerId,
  input,
  ifMatch = null,
  actor,
  now,
}: UpdateProvider): Promise<Provider> {
  const { baseUrl, ...rest } = input;
  const fields = { ...rest, baseUrl: baseUrl === undefined ? undefined : normaliseBaseUrl(baseUrl) };
  if (fields.baseUrl !== undefined) refuseForbiddenHost(fields.baseUrl);

  return await changeProviders({ actor, now }, async (transaction) => {
    const provider = await readProvider(transaction, providerId);
    requireMatch(ifMatch, provider);
    refuseAgainstVendor(provider, input);
    if (input.credential !== undefined)
      refuseUnusableCredential({ vendor: provider.vendor, credential: input.credential });
    if (input.isDefault) {
      refuseUnusableDefault(input.dialect ?? provider.dialect);
      await clearDefaultProvider(transaction);
    }
    await saveProvider(transaction, providerId, fields);

    const updated = await readProvider(transaction, providerId);
    const changes = changedFields(auditedOf(provider), {
      ...auditedOf(updated),
      credentialChanged: input.credential !== undefined,
    });
    return {
      result: updated,
      event: changes && { action: "provider.updated", target: `provider:${providerId}`, ...changes },
    };
  });
}

function refuseAgainstVendor(
  { vendor, isDefault }: Provider,
  { dialect, credential, isDefault: willBeDefault }: UpdateProvider["input"],
): void {
  const facts = factsOf(vendor);
  if (dialect !== undefined && facts.dialect !== null && dialect !== facts.dialect) {
    throw new AppError("invalid_request", `The dialect is ${facts.dialect} for this vendor.`, {
      fields: { dialect: `is ${facts.dialect} for this vendor` },
    });
  }
  if (credential === "" && !facts.credentialOptional) {
    throw new AppError("invalid_request", "This vendor needs a credential.", {
      fields: { credential: "is required for this vendor" },
    });
  }
  if (dialect !== undefined && (willBeDefault ?? isDefault)) refuseUnusableDefault(dialect);
}

/** What the audit trail keeps: of a credential only that it was changed. */
function auditedOf({ credentialHint: _, createdAt: __, ...provider }: Provider) {
  return { ...provider, credentialChanged: false };
}
