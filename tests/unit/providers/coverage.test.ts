import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { coverage } from "@/lib/providers/registry";
import type { KnownEndpoint } from "@/lib/providers/types";
import { factsOf, vendors } from "@/lib/providers/vendors";

const readme = readFileSync(join(import.meta.dirname, "../../../README.md"), "utf8");

test("the README's table of endpoints is what is let through", () => {
  const known = new Map(
    coverage().flatMap(({ endpoints }) => endpoints.map((each) => [`${each.method} ${each.path}`, each])),
  );
  expect(readme).toContain(
    table(
      ["endpoint", "", "streamed"],
      [...known].map(([name, each]) => [`\`${name}\``, kindOf(each), each.streams ? "yes" : ""]),
    ),
  );
});

test("the README's table of vendors is what is known of them", () => {
  const rows = coverage().map(({ vendor, label }) => {
    const { dialect, baseUrl, beside } = factsOf(vendor);
    return [
      label,
      `\`${vendor}\``,
      [dialect ?? "any of the three", beside === "ollama" ? "its own" : beside].filter(Boolean).join(", "),
      baseUrl ? `\`${baseUrl}\`` : "yours",
    ];
  });
  expect(readme).toContain(table(["provider", "`vendor`", "dialect", "base URL"], rows));
});

test("the README says what each of the gateway's own errors means", () => {
  const source = readFileSync(join(import.meta.dirname, "../../../lib/gateway/failure.ts"), "utf8");
  const codes = [...source.matchAll(/^ {4}\| "(\w+)"/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(10);
  const told = readme.split("\n").filter((line) => /^\| [45]\d\d/.test(line));
  for (const code of codes)
    expect(
      told.some((line) => line.includes(`\`${code}\``)),
      code,
    ).toBe(true);
});

test("every vendor has an endpoint whose use is metered, and one that shows whether its credential works", () => {
  expect(coverage().map(({ vendor }) => vendor)).toEqual(vendors);
  for (const { endpoints } of coverage()) {
    expect(endpoints.some(({ kind }) => kind === "metered")).toBe(true);
    expect(endpoints.some(({ name }) => name === "models")).toBe(true);
  }
});

function kindOf({ kind, countsRequestsOnly }: KnownEndpoint): string {
  if (kind === "checked") return "free, but not on an exhausted key";
  if (kind === "free") return "free";
  return countsRequestsOnly ? "metered: requests, and tokens where they are told" : "metered";
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
