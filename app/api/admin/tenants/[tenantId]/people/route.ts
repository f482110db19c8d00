import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
import { readId, readNewInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { inviteMember } from "@/lib/people/invite";
import { inviteMemberInput, type PersonList } from "@/lib/people/schema";
import { listMembers } from "@/lib/people/store";
import { getTenant } from "@/lib/tenants/store";

type Params = { tenantId: string };

export const GET = route<Params>(async (request, { params }) => {
  await requireViewer(request);
  const { id } = await getTenant(readId((await params).tenantId, "client"), new Date());

  return Response.json({ items: await listMembers(id) } satisfies PersonList);
});

export const POST = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const tenantId = readId((await params).tenantId, "client");
  const input = await readNewInput(request, inviteMemberInput);

  return Response.json(await inviteMember({ tenantId, input, actor, now: new Date() }), { status: 201 });
});
