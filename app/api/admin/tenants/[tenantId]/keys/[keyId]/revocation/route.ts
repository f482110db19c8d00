import { requireAdmin } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { revokeKey } from "@/lib/keys/revoke-key";

export const POST = route<{ tenantId: string; keyId: string }>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const { tenantId, keyId } = await params;
  const key = { tenantId: readId(tenantId, "client"), keyId: readId(keyId, "key") };

  return Response.json(await revokeKey({ ...key, actor, now: new Date() }));
});
