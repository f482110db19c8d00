import { readAlertMails } from "@/lib/alerts/alert-mails";
import { requireViewer } from "@/lib/auth/require-staff";
import { route } from "@/lib/http/respond";

export const GET = route(async (request) => {
  await requireViewer(request);

  return Response.json(await readAlertMails(new Date()));
});
