import { AppError } from "../errors";
import { type RevokeKey, revokeKey } from "./revoke-key";
import { getKey } from "./store";

/**
 * Revokes a key for a manager of the client itself. Legacy keys are the agency's affair, and a client does not see them.
 * @throws AppError `not_found` when the client has no such key.
 */
export async function revokeOwnKey(revocation: RevokeKey): Promise<void> {
  const { kind } = await getKey(revocation);
  if (kind === "legacy") throw new AppError("not_found", "There is no such key.");
  await revokeKey(revocation);
}
