import { requireViewer } from "@/lib/auth/require-staff";
import { AppError } from "@/lib/errors";
import { route } from "@/lib/http/respond";

/** What no other route answers is told in JSON too, and only to those who may know what there is. */
const answer = route(async (request) => {
  await requireViewer(request);
  throw new AppError("not_found", "There is nothing at this address.");
});

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
