import { createHmac } from "node:crypto";
import { requireManager } from "../auth/require-manager";
import { requireViewer } from "../auth/require-staff";
import { encryptionKeys } from "../encryption-keys";
import { env } from "../env";
import { AppError } from "../errors";
import { readBytes } from "../http/read-input";
import { log } from "../log";
import { encryptCredential, readCredential } from "../providers/credential";
import { keepAnswer, type Remembered, releaseName, reserveName } from "./store";

const keptMs = 24 * 60 * 60 * 1000;
/** Each endpoint looks at its own bound after that. */
const maxBodyBytes = 1024 * 1024;
const maxImportBytes = 50 * 1024 * 1024;
const keyHeader = "idempotency-key";
const keptHeaders = ["content-type", "etag"];

type KeptAnswer = { headers: [name: string, value: string][]; body: string };

/** Whether it is one of what the staff, or a client's managers, may ask for once. */
export function isForOnce(request: Request): boolean {
  return request.method === "POST" && request.headers.has(keyHeader) && (isOfStaff(request) || isOfManager(request));
}

function isOfStaff({ url }: Request): boolean {
  return new URL(url).pathname.startsWith("/api/admin/");
}

function isOfManager({ url }: Request): boolean {
  return new URL(url).pathname.startsWith("/api/usage/");
}

/**
 * Answers a request once: the same actor's same request with the same key gets the same answer for 24 hours,
 * and nothing is done again. Where the first one's outcome is not known (it is still being worked on, or its server died
 * over it), that is told, as doing it again could do it twice. A failure of the server is not kept.
 * @throws AppError `idempotency_key_reused` for another request with the key; `outcome_unknown`.
 */
export async function answerOnce(request: Request, answer: (request: Request) => Promise<Response>): Promise<Response> {
  const key = readKey(request);
  const asker = await askerOf(request);
  const isImport = isOfStaff(request) && new URL(request.url).pathname.endsWith("/usage-import");
  const body = await readBytes(request, isImport ? maxImportBytes : maxBodyBytes);
  const now = new Date();
  const name = nameOf(asker, key);
  const asked = digest(request.method, request.url, body);

  const known = await reserveName({ name, request: asked, now, expiresAt: new Date(now.getTime() + keptMs) });
  if (known !== null) return repeat(known, asked);

  const { method, url, headers, signal } = request;
  const response = await answer(new Request(url, { method, headers, body: new Uint8Array(body), signal }));
  await remember(name, response.clone());
  return response;
}

async function remember(name: string, response: Response): Promise<void> {
  try {
    if (response.status >= 500) return await releaseName(name);
    const headers = [...response.headers].filter(([header]) => keptHeaders.includes(header));
    const kept: KeptAnswer = { headers, body: await response.text() };
    // An answer may hold a new key's secret.
    const answer = encryptCredential(JSON.stringify(kept), encryptionKeys().ENCRYPTION_KEY);
    await keepAnswer(name, { status: response.status, answer });
  } catch (error) {
    // What was done is done, and its answer is on its way.
    log().error({ err: error }, "an answer could not be kept for its idempotency key");
  }
}

function repeat({ request, status, answer }: Remembered, asked: string): Response {
  if (request !== asked)
    throw new AppError("idempotency_key_reused", "This Idempotency-Key was sent with another request before.");
  const kept = answer === null ? null : readAnswer(answer);
  if (status === null || kept === null) {
    throw new AppError(
      "outcome_unknown",
      "This was asked for before, and what became of it is not known (yet). Look whether it is there before you ask for another.",
    );
  }
  const { headers, body } = kept;
  return new Response(status === 204 ? null : body, {
    status,
    headers: [...headers, ["idempotency-replayed", "true"]],
  });
}

/** Null when it was encrypted with a key that is no longer known. */
function readAnswer(answer: string): KeptAnswer | null {
  try {
    return JSON.parse(readCredential(answer, encryptionKeys())) as KeptAnswer;
  } catch {
    return null;
  }
}

function readKey(request: Request): string {
  const key = request.headers.get(keyHeader) ?? "";
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new AppError("invalid_request", "Idempotency-Key must have 1 to 255 visible ASCII characters.");
}

type Asker = { id: string | null; role: string };

async function askerOf(request: Request): Promise<Asker> {
  if (isOfStaff(request)) return await requireViewer(request);
  const { tenantId, actor } = await requireManager(request);
  return { id: actor.id, role: `manager of ${tenantId}` };
}

/** Each has keys of their own, and with another role none of the answers from before. */
function nameOf({ id, role }: Asker, key: string): string {
  return digest(id ?? "script", role, key);
}

/** Keyed, as what was sent may hold a secret that could be guessed. */
function digest(...parts: (string | Buffer)[]): string {
  const hmac = createHmac("sha256", env().AUTH_SECRET).update("idempotency");
  for (const part of parts) hmac.update(`\0${Buffer.byteLength(part)}\0`).update(part);
  return hmac.digest("base64url");
}
