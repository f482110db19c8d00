import { resolve } from "node:path";
import { defineConfig } from "@playwright/test";
import { findBrowser } from "./browser/find-browser.mjs";

const root = resolve(import.meta.dirname, "..");
const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "browser",
  globalSetup: "./start-database.ts",
  outputDir: resolve(root, "test-results"),
  workers: 1,
  // A busy machine makes anything take many times its usual time; what is awaited comes in the end or never.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  forbidOnly: process.env.CI !== undefined,
  use: {
    actionTimeout: 120_000,
    navigationTimeout: 120_000,
    launchOptions: {
      executablePath: findBrowser() ?? undefined,
      args: ["--disable-background-networking", "--disable-component-update", ...(asRoot ? ["--no-sandbox"] : [])],
    },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
