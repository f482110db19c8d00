import { requireOwner } from "@/lib/auth/require-staff";
import { readNewInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { inviteStaff } from "@/lib/people/invite";
import { inviteStaffInput, type PersonList } from "@/lib/people/schema";
import { listStaff } from "@/lib/people/store";

export const GET = route(async (request) => {
  await requireOwner(request);

  return Response.json({ items: await listStaff() } satisfies PersonList);
});

export const POST = route(async (request) => {
  const actor = await requireOwner(request);
  const input = await readNewInput(request, inviteStaffInput);

  return Response.json(await inviteStaff({ input, actor, now: new Date() }), { status: 201 });
});
