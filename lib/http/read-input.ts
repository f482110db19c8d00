import type { z } from "zod";
import { AppError } from "../errors";

const maxBodyBytes = 1024 * 1024;

/**
 * The request's JSON body in the shape of the schema; no body counts as `{}`. The content type is not looked at.
 * @throws AppError `invalid_request` for what is no JSON in UTF-8, `too_large` beyond 1 MB; ZodError for another shape.
 */
export async function readInput<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> {
  return schema.parse(await readBody(request));
}

/**
 * As `readInput`, for what is made anew: there null says no more than leaving a field out does, and many languages write it
 * for each field that is empty.
 */
export async function readNewInput<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> {
  return schema.parse(withoutNulls(await readBody(request)));
}

/** The parameters of the request's query. One that is given twice is an error, as its meaning is open. */
export function readQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const { searchParams } = new URL(request.url);
  const twice = [...searchParams.keys()].find((name) => searchParams.getAll(name).length > 1);
  if (twice !== undefined) {
    throw new AppError("invalid_request", `${twice} is given more than once.`, {
      fields: { [twice]: "is given more than once" },
    });
  }
  return schema.parse(Object.fromEntries(searchParams));
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * An id from a path, as the database writes it.
 * @throws AppError `not_found` for what cannot be one: there is nothing of that name.
 */
export function readId(text: string, what: string): string {
  if (!idPattern.test(text)) throw new AppError("not_found", `There is no such ${what}.`);
  return text.toLowerCase();
}

/** The body as it is. @throws AppError `too_large`. */
export async function readBytes(request: Request, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers.get("content-length")) > maxBytes) throw tooLarge(maxBytes);
  if (request.body === null) return Buffer.alloc(0);

  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge(maxBytes);
    }
    chunks.push(read.value);
  }
  return Buffer.concat(chunks);
}

async function readBody(request: Request): Promise<unknown> {
  const body = decode(await readBytes(request, maxBodyBytes));
  return body.trim() === "" ? {} : parseJson(body);
}

function withoutNulls(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

/** A text in another encoding would be kept with its letters lost. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError("invalid_request", "The body is not valid UTF-8.", { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid_request", "The body is not valid JSON.", { cause });
  }
}

function tooLarge(maxBytes: number): AppError {
  return new AppError("too_large", `The body is larger than ${maxBytes / 1024 / 1024} MB.`);
}
