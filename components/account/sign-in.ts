import { signIn } from "next-auth/react";
import { AppError } from "@/lib/errors";
import { getJson } from "@/lib/http/client";

type Credentials = { email: string; password: string; code?: string };

/** Signs in and stays on the page; gives why not, null when it did. @throws AppError `unavailable` when there was no answer. */
export async function signInByPassword(credentials: Credentials): Promise<string | null> {
  // Where it gets no answer the library would leave the page, and what was typed with it.
  await getJson("/api/auth/csrf");
  // Else it takes this page's address, and an error that stands in it for one of this sign-in.
  const answer = await signIn("credentials", { ...credentials, callbackUrl: "/", redirect: false });
  if (!answer)
    throw new AppError("unavailable", "The server could not be reached. Check your connection and try again.");
  return answer.error;
}
