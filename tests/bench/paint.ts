import { type Browser, chromium } from "playwright";
import { findBrowser } from "../browser/find-browser.mjs";
import { median } from "./summary";

/** What a person notices of a page that loads. */
export type Painted = { path: string; largestPaintMs: number; blockingMs: number; shift: number };

type Watched = { largestPaintMs: number; blockingMs: number; shift: number };

/** A task that takes longer keeps the page from answering, by what it takes longer. */
const noticedMs = 50;
/** After its last request a page may still be drawing. */
const settledMs = 1_000;

/** Medians over some loads in Chromium, signed in, at the size of a laptop; null where there is no browser. */
export async function measurePaint(
  url: string,
  { cookie, paths, loads }: { cookie: string; paths: string[]; loads: number },
): Promise<Painted[] | null> {
  const executablePath = findBrowser();
  if (executablePath === null) return null;

  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const painted: Painted[] = [];
    for (const path of paths) {
      const watched: Watched[] = [];
      // The first load warms the server up.
      for (let load = 0; load <= loads; load++) watched.push(await watch(browser, { url: url + path, cookie }));
      const of = (name: keyof Watched) => median(watched.slice(1).map((each) => each[name]));
      painted.push({
        path,
        largestPaintMs: of("largestPaintMs"),
        blockingMs: of("blockingMs"),
        shift: of("shift"),
      });
    }
    return painted;
  } finally {
    await browser.close();
  }
}

async function watch(browser: Browser, { url, cookie }: { url: string; cookie: string }): Promise<Watched> {
  const [name = "", value = ""] = cookie.split("=");
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    await context.addCookies([{ name, value, url }]);
    const page = await context.newPage();
    await page.addInitScript({ content: watching });
    await page.goto(url, { waitUntil: "load" });
    await page.waitForTimeout(settledMs);
    return await page.evaluate(() => (window as unknown as { watched: Watched }).watched);
  } finally {
    await context.close();
  }
}

/** As text: what compiles this file puts names into its functions that a page does not know. */
const watching = `
  window.watched = { largestPaintMs: 0, blockingMs: 0, shift: 0 };
  const observe = (type, see) =>
    new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true });
  observe("largest-contentful-paint", ({ startTime }) => { watched.largestPaintMs = startTime; });
  observe("longtask", ({ duration }) => { watched.blockingMs += Math.max(0, duration - ${noticedMs}); });
  observe("layout-shift", ({ value }) => { watched.shift += value; });
`;
