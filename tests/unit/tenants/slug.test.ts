import { expect, test } from "vitest";
import { freeSlug, slugOf } from "@/lib/tenants/slug";

test.each([
  ["Acme GmbH", "acme-gmbh"],
  ["  Müller & Söhne, Straße 7 ", "muller-sohne-strasse-7"],
  ["Café—Noir!", "cafe-noir"],
  ["日本語", "client"],
  ["***", "client"],
  [`${"x".repeat(47)} yz`, "x".repeat(47)],
])("%s gives %s", (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test.each([
  { taken: [], free: "acme" },
  { taken: ["acme-gmbh"], free: "acme" },
  { taken: ["acme"], free: "acme-2" },
  { taken: ["acme", "acme-2", "acme-4"], free: "acme-3" },
])("with $taken taken it is $free", ({ taken, free }) => {
  expect(freeSlug("acme", taken)).toBe(free);
});
