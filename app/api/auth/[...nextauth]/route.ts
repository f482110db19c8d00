import nextAuth from "next-auth";
import { authOptionsFor } from "@/lib/auth/options";

type Context = { params: Promise<{ nextauth: string[] }> };

function handler(request: Request, context: Context): Promise<Response> {
  return nextAuth(request as never, context as never, authOptionsFor(request.headers)) as Promise<Response>;
}

export { handler as GET, handler as POST };
