// Plain JavaScript: the test runner uses it, and so does Playwright's configuration.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge"];

const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/** The path of a Chrome or Chromium on this machine, or null. `BROWSER_PATH` comes first, Playwright's own last. */
export function findBrowser() {
  if (process.env.BROWSER_PATH) return process.env.BROWSER_PATH;
  const directories = (process.env.PATH ?? "").split(delimiter);
  const candidates = names.flatMap((name) => directories.map((directory) => join(directory, name)));
  return (
    [...candidates, ...elsewhere, chromium.executablePath()].find((path) => existsSync(path) && runs(path)) ?? null
  );
}

/** Installs one where that can be done without asking: Debian's package as root, else Playwright's own where it can be downloaded. */
export function installBrowser() {
  if (process.getuid?.() === 0 && hasProgram("apt-get")) {
    console.log("Installing Chromium (apt-get) …");
    run("apt-get", ["update", "-q"]);
    run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], {
      DEBIAN_FRONTEND: "noninteractive",
    });
    const found = findBrowser();
    if (found !== null) return found;
  }
  console.log("Installing Chromium (Playwright) …");
  run(process.execPath, ["node_modules/playwright/cli.js", "install", "chromium"]);
  return findBrowser();
}

/** Ubuntu's `chromium` is only a hint to install something else. */
function runs(path) {
  return (
    process.platform === "win32" || spawnSync(path, ["--version"], { stdio: "ignore", timeout: 120_000 }).status === 0
  );
}

function hasProgram(name) {
  return spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0;
}

function run(program, options, variables = {}) {
  try {
    execFileSync(program, options, {
      stdio: ["ignore", "ignore", "ignore"],
      env: { ...process.env, ...variables },
      timeout: 10 * 60_000,
    });
  } catch {
    // What counts is whether a browser is there afterwards.
  }
}
