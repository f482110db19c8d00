/** What an error says to a person. */
export function messageOf(error: unknown): string {
  if (error instanceof TypeError) return "The server could not be reached. Check the connection, then try again.";
  return error instanceof Error && error.message ? error.message : "Something unexpected went wrong.";
}
