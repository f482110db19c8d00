import { expect, test } from "vitest";
import { changesOf } from "@/components/audit/audit-words";

test("what changed is told field by field, and what stayed is not, but of which models a price is", () => {
  const before = { name: "Acme", modelPattern: "gpt-4o*", outputMicroUsd: 10_000_000 };
  expect(changesOf({ before, after: { ...before, outputMicroUsd: 7 } }, "UTC")).toEqual([
    { field: "Model pattern", before: "gpt-4o*", after: "gpt-4o*" },
    { field: "Output micro usd", before: "10,000,000", after: "7" },
  ]);
});
