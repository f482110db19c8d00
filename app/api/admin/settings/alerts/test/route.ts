import { sendTestMail } from "@/lib/alerts/test-mail";
import { requireOwner } from "@/lib/auth/require-staff";
import { route } from "@/lib/http/respond";

export const POST = route(async (request) => {
  await requireOwner(request);

  return Response.json(await sendTestMail());
});
