import { requireOwnChange } from "@/lib/auth/session";
import { readInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { startSecondStep } from "@/lib/second-step/enrol";
import { confirmedInput } from "@/lib/second-step/schema";

export const POST = route(async (request) => {
  const user = await requireOwnChange(request);
  const { password } = await readInput(request, confirmedInput);

  return Response.json(await startSecondStep({ user, password, now: new Date() }), { status: 201 });
});
