import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
import { createdResponse } from "@/lib/http/etag";
import { readId, readNewInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { createKey } from "@/lib/keys/create-key";
import { createKeyInput, type KeyList } from "@/lib/keys/schema";
import { listKeys } from "@/lib/keys/store";
import { getTenant } from "@/lib/tenants/store";

type Params = { tenantId: string };

export const GET = route<Params>(async (request, { params }) => {
  await requireViewer(request);
  const { id } = await getTenant(readId((await params).tenantId, "client"), new Date());

  return Response.json({ items: await listKeys(id, new Date()) } satisfies KeyList);
});

export const POST = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const tenantId = readId((await params).tenantId, "client");
  const input = await readNewInput(request, createKeyInput);

  const key = await createKey({ tenantId, input, actor, now: new Date() });
  return createdResponse(key);
});
