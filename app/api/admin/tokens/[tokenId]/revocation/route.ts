import { revokeAdminToken } from "@/lib/admin-tokens/revoke-admin-token";
import { requireOwner } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";

export const POST = route<{ tokenId: string }>(async (request, { params }) => {
  const actor = await requireOwner(request);
  const tokenId = readId((await params).tokenId, "token");

  return Response.json(await revokeAdminToken({ tokenId, actor, now: new Date() }));
});
