import { AppError } from "@/lib/errors";

/** What an error says to a person. Those of the language and the browser (`TypeError`) speak to programmers. */
export function messageOf(error: unknown): string {
  const isForPeople = error instanceof AppError || (error instanceof Error && error.name === "Error");
  return isForPeople && error.message ? error.message : "Something unexpected went wrong.";
}
