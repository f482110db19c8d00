import { expect, test } from "vitest";
import { settleClientAddress } from "@/lib/launch/client-address";

test.each([
  { name: "without a proxy what a client writes is not believed", given: "6.6.6.6", proxies: 0, address: "10.0.0.9" },
  { name: "without a proxy there is the connection's", given: undefined, proxies: 0, address: "10.0.0.9" },
  { name: "one proxy tells whom it saw", given: "203.0.113.5", proxies: 1, address: "203.0.113.5" },
  {
    name: "what stood there before one proxy is not believed",
    given: "6.6.6.6, 203.0.113.5",
    proxies: 1,
    address: "203.0.113.5",
  },
  {
    name: "two proxies tell whom the outer one saw",
    given: "6.6.6.6, 203.0.113.5, 10.0.0.8",
    proxies: 2,
    address: "203.0.113.5",
  },
  { name: "a request that came past the outer proxy", given: "10.0.0.8", proxies: 2, address: "10.0.0.8" },
  { name: "a proxy that tells nothing", given: undefined, proxies: 1, address: "10.0.0.9" },
  { name: "empty entries", given: " , 203.0.113.5,, ", proxies: 1, address: "203.0.113.5" },
])("$name", ({ given, proxies, address }) => {
  const headers = given === undefined ? {} : { "x-forwarded-for": given };
  settleClientAddress({ headers, socket: { remoteAddress: "10.0.0.9" } }, { proxies });
  expect(headers).toEqual({ "x-forwarded-for": address });
});

test("without a proxy nobody says by which host and protocol he came", () => {
  const told = {
    "x-forwarded-host": "evil.test",
    "x-forwarded-proto": "https",
    "x-forwarded-port": "1",
    forwarded: "x",
  };
  const [bare, proxied] = [{ ...told }, { ...told }];
  settleClientAddress({ headers: bare, socket: {} }, { proxies: 0 });
  expect(bare).toEqual({ "x-forwarded-for": "unknown" });
  settleClientAddress({ headers: proxied, socket: { remoteAddress: "10.0.0.9" } }, { proxies: 1 });
  expect(proxied).toEqual({ ...told, "x-forwarded-for": "10.0.0.9" });
});
