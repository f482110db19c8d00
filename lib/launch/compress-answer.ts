import type { IncomingMessage, ServerResponse } from "node:http";
import { constants } from "node:zlib";
import compression from "compression";

type Request = Parameters<typeof compress>[0];
type Response = Parameters<typeof compress>[1];

const compress = compression({ level: 1, brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } } });

/**
 * Compresses what is answered quickly rather than well. Next, to whom the client then is one that takes no compressed answers,
 * would spend on a large report half as long as it takes to read it.
 */
export function compressAnswer(request: IncomingMessage, response: ServerResponse): void {
  const asked = Object.create(request, { headers: { value: { ...request.headers } } });
  delete request.headers["accept-encoding"];
  compress(asked as Request, response as Response, () => {});
}
