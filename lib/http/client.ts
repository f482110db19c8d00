import { AppError, type ErrorCode } from "../errors";
import { etagOf } from "./etag";

type Options = { signal?: AbortSignal };

type SendOptions = Options & {
  /** The thing as whoever changes it saw it: the change is refused (`precondition_failed`) when it is no longer so. */
  seen?: object;
  /** Tells a request that is sent again from another one: what it asks for is done once. */
  idempotencyKey?: string;
};

type ErrorBody = { error?: { code?: ErrorCode; message?: string; fields?: Record<string, string> } };

/** @throws AppError with the server's code, message and fields; `unavailable` when there was no answer. */
export function getJson<T>(url: string, { signal }: Options = {}): Promise<T> {
  return request<T>(url, { method: "GET", ...(signal && { signal }) });
}

/** Sends a change and gives its answer, undefined where there is none (204). @throws AppError as `getJson` does. */
export function sendJson<T = void>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  url: string,
  body?: unknown,
  { signal, seen, idempotencyKey }: SendOptions = {},
): Promise<T> {
  return request<T>(url, {
    method,
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(seen && { "if-match": etagOf(seen) }),
      ...(idempotencyKey && { "idempotency-key": idempotencyKey }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
}

/** The keys of requests of which it is not known what became of them, by what they ask for. */
const unanswered = new Map<string, string>();

const unknownOutcomes: ErrorCode[] = ["unavailable", "internal", "outcome_unknown"];

/**
 * Has something made. Where the connection breaks before the answer, and a person sends the same again, it is not made a
 * second time. @throws AppError as `getJson` does.
 */
export async function sendOnce<T = void>(url: string, body: unknown): Promise<T> {
  const asked = `${url} ${JSON.stringify(body)}`;
  const idempotencyKey = unanswered.get(asked) ?? randomKey();
  unanswered.set(asked, idempotencyKey);
  try {
    const answer = await sendJson<T>("POST", url, body, { idempotencyKey });
    unanswered.delete(asked);
    return answer;
  } catch (error) {
    if (error instanceof AppError && !unknownOutcomes.includes(error.code)) unanswered.delete(asked);
    throw error;
  }
}

/** `crypto.randomUUID` is not there where the console is served without TLS. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-");
}

/** Puts a file where it belongs. @throws AppError as `getJson` does. */
export function putFile(url: string, file: Blob): Promise<void> {
  return request<void>(url, { method: "PUT", body: file, headers: { "content-type": "application/octet-stream" } });
}

/**
 * Sends a request whose answer comes as JSON, a value per line, and gives each as soon as it is there.
 * @throws AppError as `getJson` does, also when the answer breaks off.
 */
export async function* streamJson<T>(url: string, body: unknown, { signal }: Options = {}): AsyncGenerator<T> {
  const response = await answerOf(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
    ...(signal && { signal }),
  });
  if (!response.ok) throw failureOf(response, (await response.json().catch(() => null)) as ErrorBody | null);

  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      const lines = (rest + read.value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line) as T;
    }
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new AppError("unavailable", "The connection broke off before the answer had ended.", { cause });
  } finally {
    await reader?.cancel().catch(() => {});
  }
}

async function request<T>(url: string, init: RequestInit): Promise<T> {
  const response = await answerOf(url, init);
  if (response.status === 204) return undefined as T;

  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw failureOf(response, body as ErrorBody | null);
  return body as T;
}

async function answerOf(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new AppError("unavailable", "The server could not be reached. Check your connection and try again.", {
      cause,
    });
  }
}

function failureOf(response: Response, body: ErrorBody | null): AppError {
  const { code, message, fields } = body?.error ?? {};
  const retryAfterSeconds = Number(response.headers.get("retry-after")) || undefined;
  return new AppError(code ?? "internal", message ?? "The server gave no answer that can be understood.", {
    ...(fields && { fields }),
    ...(retryAfterSeconds && { retryAfterSeconds }),
  });
}
