import { requireClient } from "@/lib/auth/require-client";
import { requireManager } from "@/lib/auth/require-manager";
import { readInput, readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { createKey } from "@/lib/keys/create-key";
import { createOwnKeyInput } from "@/lib/keys/schema";
import { listOwnKeys } from "@/lib/usage/list-own-keys";
import { type OwnKeyList, type OwnKeyWithSecret, ownQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  const now = new Date();
  const { tenantId } = await requireClient(request, now);
  readQuery(request, ownQuery);

  return Response.json({ items: await listOwnKeys({ tenantId, now }) } satisfies OwnKeyList);
});

export const POST = route(async (request) => {
  const { tenantId, actor } = await requireManager(request);
  const input = await readInput(request, createOwnKeyInput);

  const { id, name, prefix, secret } = await createKey({ tenantId, input, actor, now: new Date() });
  return Response.json({ id, name, prefix, secret } satisfies OwnKeyWithSecret, { status: 201 });
});
