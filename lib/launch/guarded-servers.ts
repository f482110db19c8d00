import { subscribe } from "node:diagnostics_channel";
import { type IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { env } from "../env";
import { keepTarget } from "../gateway/written-target";
import { processSingleton } from "../process-singleton";
import { settleClientAddress } from "./client-address";
import { closeStalledClients } from "./stalled-clients";

/** Node tells of each connection before it reads from it, and of each request before anybody handles it. */
const connectionsBegin = "net.server.socket";
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
 * Sees to it that a server which Next or its host has made closes stalled clients and passes over upgrades, that no request
 * tells another address than the one it came from, and that calls come to the gateway as they were written.
 */
export function guardServers(): void {
  const state = guard();
  if (state.isElsewhere || state.isSet) return;
  state.isSet = true;
  subscribe(connectionsBegin, (message) =>
    guardConnection((message as { socket: Socket & { server?: object } }).socket),
  );
  subscribe(requestsBegin, (message) => guardRequest(message as BegunRequest));
}

/** Only for hot reload. Some HTTP clients offer HTTP/2 by an upgrade; that is to be passed over. */
function takesUpgrade({ headers }: IncomingMessage): boolean {
  return process.env.NODE_ENV === "development" && headers.upgrade?.toLowerCase() === "websocket";
}

/** Node asks the server at each offer, and knows it as an option alone where a server is made. */
function guardConnection({ server }: { server?: object }): void {
  if (server instanceof Server) Object.assign(server, { shouldUpgradeCallback: takesUpgrade });
}

function guardRequest({ request, socket, server }: BegunRequest): void {
  const { SLUICE_CLIENT_TIMEOUT_SECONDS, SLUICE_PROXIES } = env();
  settleClientAddress(request, { proxies: SLUICE_PROXIES });
  keepTarget(request);
  const { servers } = guard();
  if (servers.has(server)) return;

  servers.add(server);
  const timeoutMs = SLUICE_CLIENT_TIMEOUT_SECONDS * 1_000;
  closeStalledClients(server, { timeoutMs });
  // This connection was there before.
  socket.setTimeout(timeoutMs);
}
