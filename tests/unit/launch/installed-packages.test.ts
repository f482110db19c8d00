import { expect, test } from "vitest";
import { areInstalled } from "@/lib/launch/installed-packages.mjs";

type Packages = Record<string, { version: string; optional?: boolean }>;

const wanted: Packages = {
  "": { version: "0.1.0" },
  "node_modules/next": { version: "16.0.0" },
  "node_modules/next/node_modules/postcss": { version: "8.0.0" },
  "node_modules/only-on-a-mac": { version: "2.0.0", optional: true },
};
const { "": _project, "node_modules/only-on-a-mac": _mac, ...installed } = wanted;
const everything = Object.keys(installed);

test.each([
  { name: "what the lockfile says, but for another machine's", found: installed, there: everything, complete: true },
  {
    name: "what is left from a package that went",
    found: { ...installed, "node_modules/old": { version: "1.0.0" } },
    there: everything,
    complete: true,
  },
  { name: "nothing yet", found: {}, there: [], complete: false },
  {
    name: "another version",
    found: { ...installed, "node_modules/next": { version: "15.0.0" } },
    there: everything,
    complete: false,
  },
  { name: "all but one", found: { "node_modules/next": { version: "16.0.0" } }, there: everything, complete: false },
  { name: "a package whose folder is missing", found: installed, there: ["node_modules/next"], complete: false },
  {
    name: "another machine's package, recorded and missing",
    found: { ...installed, "node_modules/only-on-a-mac": { version: "2.0.0" } },
    there: everything,
    complete: false,
  },
])("where npm has installed $name, that is enough to start: $complete", ({ found, there, complete }) => {
  expect(areInstalled({ wanted, found, isThere: (folder: string) => there.includes(folder) })).toBe(complete);
});
