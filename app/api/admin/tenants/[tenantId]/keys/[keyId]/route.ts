import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
import { entityResponse, ifMatchOf } from "@/lib/http/etag";
import { readId, readInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { updateKeyInput } from "@/lib/keys/schema";
import { getKey } from "@/lib/keys/store";
import { updateKey } from "@/lib/keys/update-key";

type Params = { tenantId: string; keyId: string };

export const GET = route<Params>(async (request, { params }) => {
  await requireViewer(request);
  const { tenantId, keyId } = await params;

  return entityResponse(
    await getKey({ tenantId: readId(tenantId, "client"), keyId: readId(keyId, "key"), now: new Date() }),
  );
});

export const PATCH = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const { tenantId, keyId } = await params;
  const key = { tenantId: readId(tenantId, "client"), keyId: readId(keyId, "key") };
  const input = await readInput(request, updateKeyInput);

  return entityResponse(await updateKey({ ...key, input, ifMatch: ifMatchOf(request), actor, now: new Date() }));
});
