import { requireOwnChange } from "@/lib/auth/session";
import { readInput } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";
import { stopSecondStep } from "@/lib/second-step/enrol";
import { confirmedInput } from "@/lib/second-step/schema";

export const POST = route(async (request) => {
  const user = await requireOwnChange(request);
  const { password } = await readInput(request, confirmedInput);

  await stopSecondStep({ user, password, now: new Date() });
  return noContent();
});
