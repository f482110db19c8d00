import type { Me } from "./schema";
import { getAgency, listMemberships, type User } from "./store";

/** Who is signed in, what they may do and which clients they belong to. */
export async function describeMe({ id, name, email, staffRole }: User): Promise<Me> {
  const [tenants, agency] = await Promise.all([listMemberships(id), getAgency()]);
  return {
    user: { id, name, email },
    staffRole,
    tenants: tenants.map(({ timeZone: _, ...tenant }) => tenant),
    agency,
  };
}
