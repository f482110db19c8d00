import { requireManager } from "@/lib/auth/require-manager";
import { readId } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";
import { revokeOwnKey } from "@/lib/keys/revoke-own-key";

export const POST = route<{ keyId: string }>(async (request, { params }) => {
  const { tenantId, actor } = await requireManager(request);
  const keyId = readId((await params).keyId, "key");

  await revokeOwnKey({ tenantId, keyId, actor, now: new Date() });
  return noContent();
});
