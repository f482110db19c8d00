/** How this browser shows the console; a cookie, so that the server already renders it so and nothing flashes. */
export const themeCookie = "theme";
export const sidebarCookie = "sidebar";
const lettersCookie = "shortcuts";

export type Theme = "light" | "dark" | "system";

const yearSeconds = 365 * 24 * 60 * 60;

export function readTheme(cookie: string | undefined): Theme {
  return cookie === "light" || cookie === "dark" ? cookie : "system";
}

export function savePreference(name: string, value: string): void {
  const secure = window.location.protocol === "https:" ? "; secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser that we support
  document.cookie = `${name}=${value}; path=/; max-age=${yearSeconds}; samesite=lax${secure}`;
}

/** Whether single letters are shortcuts: who speaks to the computer, or hits keys unawares, can do without. */
export function hasLetterShortcuts(): boolean {
  return !document.cookie.split("; ").includes(`${lettersCookie}=off`);
}

export function saveLetterShortcuts(on: boolean): void {
  savePreference(lettersCookie, on ? "on" : "off");
}
