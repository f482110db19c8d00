import { afterEach, expect, test, vi } from "vitest";
import { log } from "@/lib/log";
import { noteHiddenTokens } from "@/lib/providers/hidden-tokens";
import { nothingReported } from "@/lib/providers/usage-numbers";

process.env.DATABASE_URL = "postgresql://nobody@127.0.0.1:9/none";
const warn = vi.spyOn(log(), "warn").mockImplementation(() => {});
afterEach(() => warn.mockClear());

const reported = (input: number | null, output: number | null, total: number | null) => ({
  ...nothingReported,
  input,
  output,
  total,
});

test("a total that is larger than its parts is told once for a vendor that is not known for it", () => {
  noteHiddenTokens("custom", reported(10, 5, 40));
  noteHiddenTokens("custom", reported(10, 5, 41));
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    { vendor: "custom", input: 10, output: 5, total: 40 },
    expect.stringContaining("larger than its parts"),
  );
});

test.each([
  { name: "a vendor that is known for it", vendor: "xai", usage: reported(10, 5, 40) },
  { name: "a total that is the sum", vendor: "vllm", usage: reported(10, 5, 15) },
  { name: "embeddings, which have no output", vendor: "vllm", usage: reported(10, null, 10) },
  { name: "no total", vendor: "vllm", usage: reported(10, 5, null) },
  { name: "a total alone", vendor: "vllm", usage: reported(null, null, 15) },
] as const)("nothing is told of $name", ({ vendor, usage }) => {
  noteHiddenTokens(vendor, usage);
  expect(warn).not.toHaveBeenCalled();
});
