import { requireSameOrigin } from "@/lib/auth/same-origin";
import { type SetupState, setupInput } from "@/lib/auth/schema";
import { setUp } from "@/lib/auth/set-up";
import { hasOwner } from "@/lib/auth/store";
import { readInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";

export const GET = route(async () => {
  const needed = !(await hasOwner());
  return Response.json({ needed } satisfies SetupState);
});

export const POST = route(async (request) => {
  requireSameOrigin(request);
  const input = await readInput(request, setupInput);

  const { id, name, email } = await setUp({ input, now: new Date() });
  return Response.json({ id, name, email }, { status: 201 });
});
