import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { largeJson } from "@/lib/http/large-json";

const large = { items: Array.from({ length: 5_000 }, (_, place) => ({ place, name: "Zoë’s shop" })) };

function ask(accepted: string | null): Request {
  return new Request("http://localhost/", { headers: accepted === null ? {} : { "accept-encoding": accepted } });
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

describe("a large answer", () => {
  test.each([
    { accepted: "gzip, deflate", encoding: "gzip", read: gunzipSync },
    { accepted: "gzip, deflate, br;q=0.5", encoding: "br", read: brotliDecompressSync },
    { accepted: "br;q=0, gzip", encoding: "gzip", read: gunzipSync },
  ])("comes as $encoding to who takes $accepted, and is what it was", async ({ accepted, encoding, read }) => {
    const response = await largeJson(ask(accepted), large);
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(response.headers.get("vary")).toBe("accept-encoding");
    expect(JSON.parse(read(await bytesOf(response)).toString())).toEqual(large);
  });

  test.each([null, "identity", "gzip;q=0"])("is plain to who takes %s", async (accepted) => {
    const response = await largeJson(ask(accepted), large);
    expect(response.headers.get("content-encoding")).toBeNull();
    expect(await response.json()).toEqual(large);
  });
});

test("a small answer is not worth compressing", async () => {
  const response = await largeJson(ask("gzip"), { items: [] });
  expect(response.headers.get("content-encoding")).toBeNull();
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toEqual({ items: [] });
});
