import { globSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright";
import type { Amount, Shown } from "./installation";

/** Who looks: nobody in particular, the staff, or a client's user. */
type Who = "anybody" | "staff" | "client";

export type Shot = { who: Who; template: string; name: string };

export const widths = [1440, 768, 390] as const;
const height = 900;
export const themes = ["light", "dark"] as const;

/** Every page that there is, by the files that make them: the first alone before an installation is set up, and then all others. */
export function listShots(amount: Amount): Shot[] {
  const pagesOf = (who: Who, area: string) =>
    globSync(`app/${area}**/page.tsx`).map((file) => {
      const template = `/${file.replace(/^app\/(\([a-z]+\)\/)?/, "").replace(/\/?page\.tsx$/, "")}`;
      return { who, template, name: `${who}${template.replace(/[^\w-]+/g, "-").replace(/-+$/, "") || "-overview"}` };
    });
  const alone = { who: "anybody", template: "/nowhere", name: "anybody-not-found" } as const;
  const setup = pagesOf("anybody", "setup/");
  if (amount === "new") return setup;
  return [
    ...pagesOf("staff", "(admin)/"),
    ...pagesOf("staff", "account/"),
    ...pagesOf("client", "(client)/"),
    ...pagesOf("client", "account/"),
    ...pagesOf("anybody", "{login,forgot,api-docs,welcome}/"),
    alone,
  ].toSorted((a, b) => a.name.localeCompare(b.name));
}

type Take = {
  browser: Browser;
  shown: Shown;
  shots: Shot[];
  width: number;
  theme: (typeof themes)[number];
  folder: string;
  report(line: string): void;
};

/** Takes these pages in one width and theme; tells of those that are wider than the window, or fail. */
export async function takeShots({ browser, shown, shots, width, theme, folder, report }: Take): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const who of ["anybody", "staff", "client"] as const) {
    const context = await contextOf({ browser, shown, width, theme, who });
    if (context === null) continue;
    const page = await context.newPage();
    for (const { name, template } of shots.filter((shot) => shot.who === who)) {
      const path = shown.pathOf(template);
      if (path === null) continue;
      await page.setViewportSize({ width, height });
      await openPage(page, shown.server.url + path);
      // What is as high as the window, as the sidebar is, is then as high as the page.
      const whole = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width, height: Math.max(height, whole) });
      await page.screenshot({ path: join(folder, `${name}.png`) });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (overflow > 0) report(`${folder}/${name}: ${overflow} px wider than the window`);
    }
    await context.close();
  }
}

/** Opens a page and waits until what it shows is there. */
export async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
  await page.evaluate(() => document.fonts.ready.then(() => {}));
  await page.waitForLoadState("networkidle");
}

type ContextOf = Pick<Take, "browser" | "shown" | "width" | "theme"> & { who: Who };

async function contextOf({ browser, shown, width, theme, who }: ContextOf): Promise<BrowserContext | null> {
  const session = who === "anybody" ? null : shown[who];
  if (who !== "anybody" && session === null) return null;

  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
  });
  if (session !== null)
    await context.addCookies([{ name: "next-auth.session-token", value: session, url: shown.server.url }]);
  return context;
}
