import { requireOwnChange, sessionCookie } from "@/lib/auth/session";
import { readInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { confirmSecondStep } from "@/lib/second-step/enrol";
import { confirmSecondStepInput } from "@/lib/second-step/schema";

/** All other sessions end; this browser goes on with a new one. */
export const POST = route(async (request) => {
  const user = await requireOwnChange(request);
  const { code } = await readInput(request, confirmSecondStepInput);

  const { sessionVersion, ...told } = await confirmSecondStep({ user, code, now: new Date() });
  const cookie = await sessionCookie({ id: user.id, sessionVersion }, request.headers);
  return Response.json(told, { status: 201, headers: { "set-cookie": cookie } });
});
