import { describe, expect, test } from "vitest";
import { findKey } from "@/lib/import/calls";

const shop = {
  id: "0193a7c2-0000-7000-8000-000000000001",
  name: "Shop",
  prefix: "slc_a1b2c3d4",
  kind: "standard",
} as const;
const old = { id: "0193a7c2-0000-7000-8000-000000000002", name: "Old", prefix: "sk-pro", kind: "legacy" } as const;
const older = { id: "0193a7c2-0000-7000-8000-000000000003", name: "old", prefix: "sk-pro", kind: "legacy" } as const;

describe("a key is named by", () => {
  test.each([
    { how: "its id, whatever its case", named: shop.id.toUpperCase(), found: shop },
    { how: "its prefix", named: "slc_a1b2c3d4", found: shop },
    { how: "its name, whatever its case", named: "SHOP", found: shop },
    { how: "no prefix that two keys have", named: "sk-pro", found: null },
    { how: "no name that two keys have", named: "Old", found: null },
  ])("$how", ({ named, found }) => expect(findKey([shop, old, older], named)).toBe(found));
});
