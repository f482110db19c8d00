import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** Of shorter answers too little is saved to tell. */
const largeBytes = 64 * 1024;

type Compress = (body: Buffer) => Promise<Buffer>;

/** At their quickest: reports are made anew every few seconds, and repeat themselves so much that they shrink to a tenth all the same. */
const encodings: Record<"br" | "gzip", Compress> = {
  br: (body) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  gzip: (body) => promisify(gzip)(body, { level: 1 }),
};

/** An answer that may have megabytes, compressed if whoever asks can read that. The server leaves alone what comes compressed. */
export async function largeJson(request: Request, value: unknown): Promise<Response> {
  const body = Buffer.from(JSON.stringify(value));
  const headers = { "content-type": "application/json", vary: "accept-encoding" };
  const encoding = body.length < largeBytes ? null : encodingFor(request);
  if (encoding === null) return new Response(body, { headers });
  return new Response(new Uint8Array(await encodings[encoding](body)), {
    headers: { ...headers, "content-encoding": encoding },
  });
}

function encodingFor(request: Request): keyof typeof encodings | null {
  const accepted = (request.headers.get("accept-encoding") ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter((each) => !/;\s*q=0(\.0*)?$/.test(each))
    .map((each) => each.split(";")[0]?.trim());
  return (["br", "gzip"] as const).find((name) => accepted.includes(name)) ?? null;
}
