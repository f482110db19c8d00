import type { z } from "zod";
import type { Actor } from "../auth/require-staff";
import { normaliseBaseUrl } from "./base-url";
import { changeProviders } from "./change-providers";
import { refuseUnusableDefault } from "./default-provider";
import { refuseForbiddenHost } from "./forbidden-host";
import type { createProviderInput, Provider } from "./schema";
import { clearDefaultProvider, hasDefaultProvider, insertProvider, readProvider } from "./store";
import { refuseUnusableCredential } from "./unusable-credential";
import { type Dialect, factsOf } from "./vendors";

type CreateProvider = { input: z.output<typeof createProviderInput>; actor: Actor; now: Date };

/**
 * Adds an upstream; what its vendor settles need not be given. The first of the OpenAI dialect becomes the default.
 * @throws AppError `conflict` when the slug is taken; `invalid_request` for a default of another dialect.
 */
export async function createProvider({ input, actor, now }: CreateProvider): Promise<Provider> {
  const { slug, name, vendor, credential = "" } = input;
  const facts = factsOf(vendor);
  // The schema asks for both where the vendor does not settle them.
  const dialect = (facts.dialect ?? input.dialect) as Dialect;
  const baseUrl = normaliseBaseUrl((input.baseUrl ?? facts.baseUrl) as string);
  refuseForbiddenHost(baseUrl);
  refuseUnusableCredential({ vendor, credential });
  if (input.isDefault) refuseUnusableDefault(dialect);

  return await changeProviders({ actor, now }, async (transaction) => {
    const isFirst = dialect === "openai" && !(await hasDefaultProvider(transaction));
    const isDefault = input.isDefault ?? isFirst;
    if (isDefault) await clearDefaultProvider(transaction);

    const providerId = await insertProvider(transaction, {
      slug,
      name,
      vendor,
      dialect,
      baseUrl,
      credential,
      isDefault,
    });
    const provider = await readProvider(transaction, providerId);
    const { credentialHint: _, ...after } = provider;
    return {
      result: provider,
      event: { action: "provider.created", target: `provider:${providerId}`, before: null, after },
    };
  });
}
