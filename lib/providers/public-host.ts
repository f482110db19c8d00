import { type LookupAddress, type LookupOptions, lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { buildConnector } from "undici";

type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A host that leads into a network of the agency's own, where providers may only be public ones. */
class HostNotPublic extends Error {
  readonly code = "ERR_HOST_NOT_PUBLIC";

  constructor(host: string) {
    super(`${host} is not a public host`);
  }
}

/** Not loopback, private, link-local (where clouds tell their secrets), or otherwise special; nor one of these written as IPv6. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/** Whether a URL names such a host by its address; what a name leads to shows when it is looked up. */
export function namesPrivateAddress(url: string): boolean {
  const host = bare(new URL(url).hostname);
  return isIP(host) !== 0 && !isPublicAddress(host);
}

/**
 * Connects to public addresses only. A name is judged by the addresses to which the connection is then made, so that a name
 * which leads elsewhere the next time it is asked (DNS rebinding) gains nothing.
 */
export function publicConnector({ timeoutMs }: { timeoutMs: number }): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, lookup: lookupPublic() });
  return (options, callback) => {
    const host = bare(options.hostname);
    if (isIP(host) !== 0 && !isPublicAddress(host)) callback(new HostNotPublic(host), null);
    else connect(options, callback);
  };
}

export function lookupPublic(resolve: Resolve = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "", 0);
      const found = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = found;
      if (!first) return callback(new HostNotPublic(hostname), "", 0);
      if (options.all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

/** An IPv6 address stands in brackets in a URL. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}
