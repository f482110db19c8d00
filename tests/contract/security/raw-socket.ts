import { once } from "node:events";
import { connect } from "node:net";

export type RawAnswer = { status: number | null; head: string; text: string };

/**
 * For how many seconds of this process an answer may be waited for before the connection is given up: every one of these is
 * answered at once. Time in which the machine stands still is none of them.
 */
const patience = 60;

/**
 * Sends these bytes over a connection of their own and gives what came back until the server closed it. `halfClose` ends our
 * side when they are sent, as nothing more will come.
 */
export async function exchange(
  url: string,
  bytes: string | Buffer,
  { halfClose = false }: { halfClose?: boolean } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => {});
  let waited = 0;
  const watch = setInterval(() => {
    waited += 1;
    if (waited > patience) socket.destroy();
  }, 1_000);
  await once(socket, "connect").catch(() => {});
  const closed = socket.closed ? Promise.resolve() : once(socket, "close");
  if (halfClose) socket.end(bytes);
  else socket.write(bytes);
  await closed;
  clearInterval(watch);

  const text = Buffer.concat(chunks).toString("latin1");
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
  return { status: status === undefined ? null : Number(status), head: text.split("\r\n\r\n")[0] ?? "", text };
}

/** How often an answer begins in these bytes: a smuggled request shows as one too many. */
export function countAnswers({ text }: RawAnswer): number {
  return text.match(/^HTTP\/1\.1 \d{3} /gm)?.length ?? 0;
}
