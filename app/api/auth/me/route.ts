import { describeMe } from "@/lib/auth/describe-me";
import { requireUser } from "@/lib/auth/session";
import { route } from "@/lib/http/respond";

export const GET = route(async (request) => {
  const user = await requireUser(request.headers);
  return Response.json(await describeMe(user));
});
