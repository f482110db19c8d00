import { v5 as uuidv5 } from "uuid";
import { AppError } from "../errors";

/** What moves by itself, with use or with time, or is told but once. Whoever edits the rest need not have seen it. */
const volatile = new Set([
  "lastUsedAt",
  // Told once, when a key is made.
  "secret",
  "state",
  "subscriptionCount",
  "previousSecret",
  "previousSecretExpiresAt",
  "hasSecondStep",
  // What a list tells of its clients beside themselves.
  "today",
  "month",
  "usedToday",
  "usedThisMonth",
  "activeKeys",
]);

const versions = "8f0c3a52-6a0e-4f3e-9d0f-2f5c6f1f7d11";

/**
 * A version of what can be edited: equal as long as nobody has changed it. A page reckons it of what it shows, also where a
 * browser offers no cryptography (without https).
 */
export function etagOf(entity: object): string {
  const lasting = Object.entries(entity)
    .filter(([field]) => !volatile.has(field))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `"${uuidv5(JSON.stringify(lasting), versions)}"`;
}

/** The answer that tells a thing and its version. */
export function entityResponse(entity: object): Response {
  return Response.json(entity, { headers: { etag: etagOf(entity) } });
}

/** The same of a thing that has just been made. */
export function createdResponse(entity: object): Response {
  return Response.json(entity, { status: 201, headers: { etag: etagOf(entity) } });
}

/** The answer to a change that tells nothing but the version of what is there now. */
export function changedResponse(entity: object): Response {
  return new Response(null, { status: 204, headers: { etag: etagOf(entity) } });
}

/** The versions that a change is meant for; null where the client does not say. */
export function ifMatchOf(request: Request): string | null {
  return request.headers.get("if-match");
}

/**
 * To be asked inside the transaction that makes the change.
 * @throws AppError `precondition_failed` when the thing is not as it was when the client saw it.
 */
export function requireMatch(ifMatch: string | null, entity: object): void {
  if (ifMatch === null || ifMatch.trim() === "*") return;
  // Proxies that compress an answer mark its tag as weak; it names the same version.
  const tags = ifMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (tags.includes(etagOf(entity))) return;
  throw new AppError("precondition_failed", "It was changed in the meantime. Load it again and look at what changed.");
}
