import { requirePlayer } from "@/lib/auth/require-player";
import { jsonLines } from "@/lib/http/json-lines";
import { readInput, readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { ask } from "@/lib/playground/ask";
import { listOptions } from "@/lib/playground/list-options";
import { playgroundInput, playgroundQuery } from "@/lib/playground/schema";

export const GET = route(async (request) => {
  await requirePlayer(request, new Date());
  readQuery(request, playgroundQuery);

  return Response.json(await listOptions());
});

/** A key that is presented wins over the session, here as everywhere. */
export const POST = route(async (request) => {
  const authorization = request.headers.get("authorization");
  const player = authorization === null ? await requirePlayer(request, new Date()) : null;
  readQuery(request, playgroundQuery);
  const input = await readInput(request, playgroundInput);

  const answer = await ask({
    input,
    session: player?.session ?? null,
    authorization,
    tellsCost: player?.isStaff ?? false,
    clientGone: request.signal,
  });
  return jsonLines(answer);
});
