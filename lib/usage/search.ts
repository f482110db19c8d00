/** Whether one of the texts contains what is sought, whatever the case and accents: `munchen` finds `München`. */
export function isFound(texts: (string | null | undefined)[], sought: string): boolean {
  const plainSought = plain(sought);
  return texts.some((text) => text && plain(text).includes(plainSought));
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** What the use of the playground is called, by a user or by all of a client's. */
export function playgroundName(userName: string | null | undefined): string {
  return userName ? `Playground · ${userName}` : "Playground";
}
