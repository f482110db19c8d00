/**
 * The base URL as it is kept: host and prefix, without the slash and the `/v1` at the end that many documents write, as the
 * paths that apps call begin with it.
 */
export function normaliseBaseUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`.replace(/\/+$/, "").replace(/\/v1$/, "");
}
