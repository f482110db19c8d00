import { AppError } from "@/lib/errors";
import { route } from "@/lib/http/respond";

/** What no other route answers is told as every failure of the API is. */
const answer = route(async () => {
  throw new AppError("not_found", "There is nothing at this address.");
});

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
