import type { ServerResponse } from "node:http";
import { commonHeaders, dataPolicy } from "../http/security-headers";

/** Whether the path of a request is text: Next fails at escapes that are none (`/clients/%ff`). */
export function isReadable(target: string): boolean {
  const [path = ""] = target.split("?", 1);
  if (!path.includes("%")) return true;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Answers a request whose address nothing here can have. */
export function refuseTarget(response: ServerResponse): void {
  const error = { code: "invalid_request", message: "The address of this request cannot be read." };
  response
    .writeHead(400, {
      ...commonHeaders,
      "content-security-policy": dataPolicy,
      "content-type": "application/json",
      "cache-control": "no-store",
      connection: "close",
    })
    .end(JSON.stringify({ error }));
}
