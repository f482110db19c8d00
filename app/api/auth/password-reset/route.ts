import { addressOf } from "@/lib/auth/address";
import { resetInput } from "@/lib/auth/schema";
import { readInput } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";
import { requestReset } from "@/lib/people/request-reset";

export const POST = route(async (request) => {
  const { email } = await readInput(request, resetInput);

  await requestReset({ email, address: addressOf(request.headers), now: new Date() });
  return noContent();
});
