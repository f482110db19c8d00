const anywhere = "http://localhost";

/** The page to go to after sign-in, as the address asks for it: a path of this installation and never another site. */
export function localPath(asked: unknown): string {
  // Browsers read a backslash as a slash, and drop tabs and line breaks.
  if (typeof asked !== "string" || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(asked)) return "/";
  const url = new URL(asked, anywhere);
  // Without its dot segments a path may begin with two slashes, and so be another site.
  if (url.origin !== anywhere || /^\/(\/|(api|login|setup|welcome)(\/|$))/.test(url.pathname)) return "/";
  return `${url.pathname}${url.search}${url.hash}`;
}
