/** Whether one of the texts contains what is sought, whatever the case and accents: `munchen` finds `München`. */
export function isFound(texts: (string | null | undefined)[], sought: string): boolean {
  const plainSought = plain(sought);
  return texts.some((text) => text && plain(text).includes(plainSought));
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** What the use of the playground is called where it is one series, as for a client. */
export const playgroundName = "Playground";

/** What one user's is called; null is nobody's: imported, or corrected, without a key. */
export function webNameOf(user: { name: string | null | undefined } | null): string {
  if (user === null) return "No known key or user";
  return user.name ? `${playgroundName} · ${user.name}` : playgroundName;
}
