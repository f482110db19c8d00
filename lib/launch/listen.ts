import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { LineError } from "./line-error";

type Address = { port: number; host: string };

/** Fails at once when the port is taken, so that nobody waits for a database first. */
export async function requireFreePort(address: Address): Promise<void> {
  const probe = createServer();
  await listen(probe, address);
  probe.close();
  await once(probe, "close");
}

/** @returns the port, which the system chose if it was 0. */
export async function listen(server: Server, { port, host }: Address): Promise<number> {
  try {
    server.listen({ port, host });
    await once(server, "listening");
  } catch (error) {
    throw new LineError(complaintOf(error as NodeJS.ErrnoException, { port, host }), { cause: error });
  }
  return (server.address() as { port: number }).port;
}

function complaintOf(error: NodeJS.ErrnoException, { port, host }: Address): string {
  if (error.code === "EADDRINUSE") return `Port ${port} is in use; stop what uses it, or set PORT to another.`;
  if (error.code === "EACCES") return `Port ${port} may not be used by this user; set PORT to one above 1023.`;
  return `HOST ${host}, PORT ${port} cannot be listened on: ${error.code}.`;
}
