import { recordEvent } from "../audit/store";
import { inTransaction } from "../db/transaction";
import { findUserBySubject, saveSubject, type User } from "./store";

type SignInByIdentity = {
  /** Issuer and subject: who this is at the identity provider, for ever. */
  oidcSubject: string;
  /** Null where the provider does not vouch for the address. */
  verifiedEmail: string | null;
  now: Date;
};

/**
 * The user whom the identity provider vouches for, or null: nobody gets in who was not invited. The first time it is the
 * e-mail that must be an invited one's; from then on the subject alone counts, so that an address which the provider gives
 * to somebody else later opens nothing.
 */
export async function signInByIdentity({ oidcSubject, verifiedEmail, now }: SignInByIdentity): Promise<User | null> {
  const known = await findUserBySubject(oidcSubject);
  if (known !== null || verifiedEmail === null) return known;

  return await inTransaction(async (transaction) => {
    const user = await saveSubject(transaction, { email: verifiedEmail, oidcSubject });
    if (user === null) return null;
    const { id, name, email } = user;
    await recordEvent(transaction, {
      actor: { id, name },
      now,
      action: "user.identity_linked",
      target: `user:${id}`,
      tenantId: null,
      before: null,
      after: { name, email },
    });
    return user;
  });
}
