import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** What axe finds against a page or a part of it, once it has its title: that comes last when a page is drawn anew. */
export async function violationsOf(page: Page, part = "html") {
  await expect(page).toHaveTitle(/\S/);
  return (await new AxeBuilder({ page }).include(part).analyze()).violations;
}
