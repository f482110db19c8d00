import { requireAdmin } from "@/lib/auth/require-staff";
import { readId, readNewInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { rotateKey } from "@/lib/keys/rotate-key";
import { rotateKeyInput } from "@/lib/keys/schema";

export const POST = route<{ tenantId: string; keyId: string }>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const { tenantId, keyId } = await params;
  const key = { tenantId: readId(tenantId, "client"), keyId: readId(keyId, "key") };
  const input = await readNewInput(request, rotateKeyInput);

  return Response.json(await rotateKey({ ...key, input, actor, now: new Date() }));
});
