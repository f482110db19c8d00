import type { z } from "zod";
import { recordEvent } from "../audit/store";
import { isTaken } from "../db/failures";
import { AppError } from "../errors";
import { ensureDefaultPlan } from "../plans/store";
import { bumpTenantVersions, lockTenants } from "../tenants/store";
import { requireUnguessable } from "./guessable-password";
import { hashPassword } from "./password";
import type { setupInput } from "./schema";
import { getAgency, hasOwner, saveInstallation, type User } from "./store";

type SetUp = { input: z.output<typeof setupInput>; now: Date };

/**
 * The first run: names the agency, makes its owner, and a default plan where there is none, so that no client is without
 * limits by accident.
 * @throws AppError `conflict` when it has been done, also when two do it at the same time.
 */
export async function setUp({ input, now }: SetUp): Promise<User> {
  // Hashing costs time and memory: not for those who come too late.
  if (await hasOwner()) throw alreadySetUp();

  const { agencyName, name, email, password } = input;
  await requireUnguessable(password, { email });
  const known = await getAgency();
  const agency = {
    name: agencyName,
    timeZone: input.timeZone ?? known.timeZone,
    currency: input.currency ?? known.currency,
  };
  const passwordHash = await hashPassword(password);
  const made = saveInstallation({ agency, owner: { name, email, passwordHash } }, async (transaction, user) => {
    const actor = { id: user.id, name: user.name };
    // Scripts may have made clients before, whose calls are let through already.
    if (await ensureDefaultPlan(transaction, { currency: agency.currency }))
      await bumpTenantVersions(transaction, await lockTenants(transaction, "all"));
    await recordEvent(transaction, {
      actor,
      now,
      action: "agency.set_up",
      target: "agency",
      tenantId: null,
      before: null,
      after: { ...agency, ownerEmail: email },
    });
  });
  const owner = await made.catch((error) => {
    if (!isTaken(error)) throw error;
    throw new AppError("conflict", "Somebody with this e-mail address was invited already.", {
      fields: { email: "was invited already: take another, or remove that person first" },
    });
  });
  if (owner === null) throw alreadySetUp();
  return owner;
}

function alreadySetUp(): AppError {
  return new AppError("conflict", "This installation has been set up already. Sign in instead.");
}
