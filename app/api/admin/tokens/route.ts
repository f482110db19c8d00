import { createAdminToken } from "@/lib/admin-tokens/create-admin-token";
import { type AdminTokenList, createAdminTokenInput } from "@/lib/admin-tokens/schema";
import { listAdminTokens } from "@/lib/admin-tokens/store";
import { requireOwner, requireViewer } from "@/lib/auth/require-staff";
import { readNewInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";

export const GET = route(async (request) => {
  await requireViewer(request);

  return Response.json({ items: await listAdminTokens() } satisfies AdminTokenList);
});

export const POST = route(async (request) => {
  const actor = await requireOwner(request);
  const input = await readNewInput(request, createAdminTokenInput);

  const token = await createAdminToken({ input, actor, now: new Date() });
  return Response.json(token, { status: 201 });
});
