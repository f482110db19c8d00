import { changePasswordInput } from "@/lib/auth/schema";
import { requireOwnChange, sessionCookie } from "@/lib/auth/session";
import { readInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { changePassword } from "@/lib/people/own-sign-in";

/** All other sessions end; this browser goes on with a new one. */
export const POST = route(async (request) => {
  const user = await requireOwnChange(request);
  const input = await readInput(request, changePasswordInput);

  const sessionVersion = await changePassword({ user, ...input, now: new Date() });
  const cookie = await sessionCookie({ id: user.id, sessionVersion }, request.headers);
  return new Response(null, { status: 204, headers: { "set-cookie": cookie } });
});
