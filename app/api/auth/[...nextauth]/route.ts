import { NextRequest } from "next/server";
import nextAuth from "next-auth";
import { authOptionsFor } from "@/lib/auth/options";
import type { AppError } from "@/lib/errors";
import { readBytes } from "@/lib/http/read-input";
import { headOf, route } from "@/lib/http/respond";

type Params = { nextauth: string[] };

/** A sign-in is a few fields. */
const maxBodyBytes = 64 * 1024;

const handler = route<Params>(async (request, context) => {
  let failure: AppError | undefined;
  const options = authOptionsFor(request.headers, (error) => {
    failure = error;
  });
  const answer = (await nextAuth((await bounded(request)) as never, context as never, options)) as Response;
  if (failure === undefined) return answer;

  // NextAuth's own body, which its form reads; the status says whose doing it was.
  const { status, headers } = headOf(failure);
  return new Response(answer.body, { status, headers: { "content-type": "application/json", ...headers } });
});

/** NextAuth reads a body whatever its size. */
async function bounded(request: Request): Promise<NextRequest> {
  const { method, url, headers, signal } = request;
  const body = method === "POST" ? new Uint8Array(await readBytes(request, maxBodyBytes)) : undefined;
  return new NextRequest(url, { method, headers, signal, ...(body && { body }) });
}

export { handler as GET, handler as POST };
