import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { expect, test } from "vitest";

const full = "/dev/full";
/** What a server does with its output, then ends. */
const program = `
  process.stdout.on("error", () => {});
  const { log } = await import("@/lib/log");
  for (let count = 0; count < 20; count++) {
    log().warn("the database cannot be reached");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  console.error("went on");
  process.exit(0);
`;

test.runIf(existsSync(full))("a log whose disk is full neither ends the server nor keeps it from ending", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
    env: { ...process.env, DATABASE_URL: "postgresql://127.0.0.1:9/none", LOG_LEVEL: "warn" },
    stdio: ["ignore", openSync(full, "w"), "pipe"],
  });
  let told = "";
  child.stderr?.on("data", (chunk) => {
    told += chunk;
  });
  const [code] = await once(child, "close");
  expect({ code, told }).toEqual({ code: 0, told: "went on\n" });
});
