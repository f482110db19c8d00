import { readFileSync } from "node:fs";
import {
  type Color,
  converter,
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parse,
  wcagContrast,
} from "culori";
import { describe, expect, test } from "vitest";

const css = readFileSync("app/globals.css", "utf8");
const rgb = converter("rgb");
const difference = differenceCiede2000();
const sights: [string, (color: Color) => Color, least: number][] = [
  ["normal", (color) => color, 18],
  ["deuteranope", filterDeficiencyDeuter(1), 12],
  ["protanope", filterDeficiencyProt(1), 12],
  ["tritanope", filterDeficiencyTrit(1), 12],
];

const ranks = ["1", "2", "3", "4", "5", "6", "7", "other"].map((rank) => `series-${rank}`);
const classes = ["source-apikey", "source-web", "source-legacy"];

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  describe.each([
    ["the seven ranks and “Other”", ranks],
    ["the classes of sources", classes],
  ])("%s", (_, names) => {
    test.each(sights)("are told apart by %s sight", (_sight, seen, least) => {
      const colors = names.map((name) => seen(rgb(colorOf(name, theme)) as Color));
      const pairs = colors.flatMap((one, index) => colors.slice(index + 1).map((other) => difference(one, other)));
      expect(Math.min(...pairs)).toBeGreaterThanOrEqual(least);
    });

    test.each(names)("%s stands out from every surface by 3:1", (name) => {
      for (const surface of ["bg", "surface"])
        expect(wcagContrast(colorOf(name, theme), colorOf(surface, theme))).toBeGreaterThanOrEqual(3);
    });
  });
});

function colorOf(name: string, theme: "light" | "dark"): Color {
  const value = new RegExp(`--color-${name}: (.*);`).exec(css)?.[1] ?? "";
  const alias = /^var\(--color-(.*)\)$/.exec(value);
  if (alias) return colorOf(alias[1] as string, theme);
  const [, light = "", dark = ""] = /^light-dark\((oklch\(.*?\)), (oklch\(.*?\))\)$/.exec(value) ?? [];
  const color = parse(theme === "light" ? light : dark);
  if (!color) throw new Error(`--color-${name} is no colour for both themes: ${value}`);
  return color;
}
