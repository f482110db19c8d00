import type { LookupAddress } from "node:dns";
import { expect, test } from "vitest";
import { isPublicAddress, lookupPublic, namesPrivateAddress, publicConnector } from "@/lib/providers/public-host";

test.each([
  ["8.8.8.8", true],
  ["2606:4700:4700::1111", true],
  ["::ffff:8.8.8.8", true],
  ["127.0.0.1", false],
  ["127.255.255.254", false],
  ["0.0.0.0", false],
  ["10.1.2.3", false],
  ["172.16.0.1", false],
  ["172.32.0.1", true],
  ["192.168.1.1", false],
  ["100.64.0.1", false],
  ["169.254.169.254", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["::1", false],
  ["::", false],
  ["::ffff:127.0.0.1", false],
  ["::ffff:a9fe:a9fe", false],
  ["64:ff9b::a9fe:a9fe", false],
  ["2002:7f00:1::", false],
  ["fd00::1", false],
  ["fe80::1", false],
  ["provider.example", false],
])("%s is public: %s", (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

test.each([
  ["http://127.0.0.1:11434", true],
  ["http://2130706433", true],
  ["http://0x7f.1", true],
  ["http://[::1]:8080", true],
  ["http://[::ffff:169.254.169.254]", true],
  ["https://api.openai.com", false],
  ["https://8.8.8.8", false],
])("%s names a private address: %s", (url, expected) => {
  expect(namesPrivateAddress(url)).toBe(expected);
});

const address = (text: string): LookupAddress => ({ address: text, family: text.includes(":") ? 6 : 4 });

/** What a connection would be made to, of the addresses that the name leads to. */
function found(addresses: string[], all: boolean): Promise<unknown> {
  const lookup = lookupPublic((_hostname, _options, callback) => callback(null, addresses.map(address)));
  return new Promise((resolve, reject) => {
    lookup("provider.example", { all }, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

test("of a name's addresses only the public ones are connected to", async () => {
  expect(await found(["127.0.0.1", "8.8.8.8", "::1", "2606:4700:4700::1111"], true)).toEqual([
    address("8.8.8.8"),
    address("2606:4700:4700::1111"),
  ]);
  expect(await found(["10.0.0.1", "8.8.8.8"], false)).toBe("8.8.8.8");
});

test("a name that led to a public address is looked up and judged anew for the next connection", async () => {
  const answers = [["8.8.8.8"], ["169.254.169.254"]];
  const lookup = lookupPublic((_hostname, _options, callback) =>
    callback(null, (answers.shift() as string[]).map(address)),
  );
  const next = () =>
    new Promise((resolve, reject) => {
      lookup("rebinding.example", {}, (error, result) => (error ? reject(error) : resolve(result)));
    });
  expect(await next()).toBe("8.8.8.8");
  await expect(next()).rejects.toMatchObject({ code: "ERR_HOST_NOT_PUBLIC" });
});

test.each(["127.0.0.1", "[::1]", "localhost"])("no connection is made to %s", async (hostname) => {
  const connect = publicConnector({ timeoutMs: 60_000 });
  const error = await new Promise((resolve) => {
    connect({ hostname, host: hostname, protocol: "http:", port: "9" } as never, (...[failure]) => resolve(failure));
  });
  expect(error).toMatchObject({ code: "ERR_HOST_NOT_PUBLIC" });
});
