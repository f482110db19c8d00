import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Closes the connection of a client that takes nothing of its answer for so long, which ends its call as one whose client has
 * left. A client whose answer is not there yet waits as long as it likes.
 */
export function closeStalledClients(server: Server, { timeoutMs }: { timeoutMs: number }): void {
  // Node restarts this time with each byte that goes either way, and leaves what is to be done to us.
  server.timeout = timeoutMs;
  server.on("timeout", (socket: Socket) => {
    // Between two requests Node sets another time: how long a connection is kept alive.
    if (socket.timeout !== timeoutMs || socket.writableLength > 0) socket.destroy();
  });
}
