import { env } from "../env";
import { AppError } from "../errors";

/**
 * Refuses a change that another site makes with a signed-in user's cookie. Browsers say where a request comes from; a
 * client that sends neither header is no browser, so nobody's cookie was borrowed.
 * @throws AppError `forbidden`.
 */
export function requireSameOrigin(request: Request): void {
  if (request.method === "GET" || request.method === "HEAD") return;

  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const isOurs = site !== null ? site === "same-origin" : origin === null || isOwnOrigin(origin, request);
  if (!isOurs) throw new AppError("forbidden", "This change came from another site and was refused.");
}

function isOwnOrigin(origin: string, request: Request): boolean {
  if (!URL.canParse(origin)) return false;
  const publicUrl = env().PUBLIC_URL;
  const ownHosts = [
    publicUrl === undefined ? null : new URL(publicUrl).host,
    request.headers.get("host"),
    new URL(request.url).host,
  ];
  return ownHosts.includes(new URL(origin).host);
}
