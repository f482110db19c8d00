import { addressOf } from "@/lib/auth/address";
import { choosePasswordInput } from "@/lib/auth/schema";
import { readInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { choosePassword } from "@/lib/people/password-link";

export const POST = route(async (request) => {
  const input = await readInput(request, choosePasswordInput);

  return Response.json(await choosePassword({ ...input, address: addressOf(request.headers), now: new Date() }));
});
