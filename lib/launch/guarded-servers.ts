import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { env } from "../env";
import { processSingleton } from "../process-singleton";
import { settleClientAddress } from "./client-address";
import { closeStalledClients } from "./stalled-clients";

/** Node tells of each request before anybody handles it. */
const requestsBegin = "http.server.request.start";

type BegunRequest = { request: IncomingMessage; socket: Socket; server: Server };

/** Whether somebody sees to the servers of this process already, and which of them are guarded here. */
function guard(): { isElsewhere: boolean; isSet: boolean; servers: WeakSet<Server> } {
  return processSingleton("launch.guard", () => ({ isElsewhere: false, isSet: false, servers: new WeakSet() }));
}

/** To be called by who has made the server, and guards it. */
export function guardsOwnServer(): void {
  guard().isElsewhere = true;
}

/**
 * Sees to it that a server which Next or its host has made closes stalled clients, and that no request tells another address
 * than the one it came from.
 */
export function guardServers(): void {
  const state = guard();
  if (state.isElsewhere || state.isSet) return;
  state.isSet = true;
  subscribe(requestsBegin, (message) => guardRequest(message as BegunRequest));
}

function guardRequest({ request, socket, server }: BegunRequest): void {
  const { SLUICE_CLIENT_TIMEOUT_SECONDS, SLUICE_PROXIES } = env();
  settleClientAddress(request, { proxies: SLUICE_PROXIES });
  const { servers } = guard();
  if (servers.has(server)) return;

  servers.add(server);
  const timeoutMs = SLUICE_CLIENT_TIMEOUT_SECONDS * 1_000;
  closeStalledClients(server, { timeoutMs });
  // This connection was there before.
  socket.setTimeout(timeoutMs);
}
