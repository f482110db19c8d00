import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { findBrowser } from "../browser/find-browser.mjs";
import { startDatabaseServer } from "../database-server";
import { amounts, startInstallation } from "./installation";
import { listShots, takeShots, themes, widths } from "./shots";
import { takeTour } from "./tour";

/**
 * `npm run screenshots`: every page with no, little and much data, in each width and theme, into `.screenshots`. What is wider
 * than its window is told. `--data much --width 390 --theme dark --page settings` takes less, `--readme` only the README's.
 */
const { values: asked } = parseArgs({
  options: {
    data: { type: "string" },
    width: { type: "string" },
    theme: { type: "string" },
    page: { type: "string", default: "" },
    readme: { type: "boolean", default: false },
  },
});
const folder = ".screenshots";
const report = (line: string) => console.log(line);
const chosen = <T>(all: readonly T[], one: string | undefined) =>
  all.filter((each) => one === undefined || String(each) === one);

const stopDatabase = await startDatabaseServer();
const browser = await chromium.launch({
  executablePath: findBrowser() ?? undefined,
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
  if (asked.readme) await takeTour({ browser, folder: "public/readme", report });
  else await takeAll();
} finally {
  await browser.close();
  await stopDatabase();
}
process.exit();

async function takeAll(): Promise<void> {
  for (const amount of chosen(amounts, asked.data)) {
    const shots = listShots(amount).filter(({ name }) => name.includes(asked.page));
    if (shots.length === 0) continue;
    const shown = await startInstallation(amount);
    try {
      for (const width of chosen(widths, asked.width)) {
        for (const theme of chosen(themes, asked.theme)) {
          const into = join(folder, `${amount}-${width}-${theme}`);
          if (asked.page === "") await rm(into, { recursive: true, force: true });
          await takeShots({ browser, shown, shots, width, theme, folder: into, report });
          report(`${into}: ${shots.length} pages`);
        }
      }
    } finally {
      await shown.stop();
    }
  }
}
