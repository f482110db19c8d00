import { requireOwnChange } from "@/lib/auth/session";
import { noContent, route } from "@/lib/http/respond";
import { endOwnSessions } from "@/lib/people/own-sign-in";

/** Signs the user out everywhere, here too. */
export const DELETE = route(async (request) => {
  const user = await requireOwnChange(request);

  await endOwnSessions({ user, now: new Date() });
  return noContent();
});
