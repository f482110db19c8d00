import { expect, test } from "vitest";
import { changesOf } from "@/components/audit/audit-words";

test("what changed is told field by field, and what stayed is not, but of which models a price is", () => {
  const before = { name: "Acme", modelPattern: "gpt-4o*", outputMicroUsd: 10_000_000 };
  expect(changesOf({ before, after: { ...before, outputMicroUsd: 7 } }, "UTC")).toEqual([
    { field: "Model pattern", before: "gpt-4o*", after: "gpt-4o*" },
    { field: "Output", before: "10.00", after: "0.000007" },
  ]);
});

test("money is told in units of the currency, whatever it is kept in", () => {
  const before = { feeCents: 0, monthlyCostLimitMicroUsd: null };
  const after = { feeCents: 4_900, monthlyCostLimitMicroUsd: 60_000_000 };
  expect(changesOf({ before, after }, "UTC")).toEqual([
    { field: "Fee", before: "0.00", after: "49.00" },
    { field: "Monthly cost limit", before: "none", after: "60.00" },
  ]);
});
