import { countRecoveryCodes } from "../second-step/store";
import type { Me } from "./schema";
import { findPasswordHash, getAgency, listMemberships, type User } from "./store";

/** Who is signed in and how, what they may do and which clients they belong to. */
export async function describeMe({ id, name, email, staffRole, hasSecondStep }: User): Promise<Me> {
  const [tenants, agency, passwordHash, recoveryCodesLeft] = await Promise.all([
    listMemberships(id),
    getAgency(),
    findPasswordHash(id),
    countRecoveryCodes(id),
  ]);
  return {
    user: { id, name, email },
    staffRole,
    hasPassword: passwordHash !== null,
    secondStep: hasSecondStep ? { recoveryCodesLeft } : null,
    tenants: tenants.map(({ timeZone: _, ...tenant }) => tenant),
    agency,
  };
}
