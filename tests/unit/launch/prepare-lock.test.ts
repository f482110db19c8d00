import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { underLock } from "@/lib/launch/prepare-lock.mjs";

const directory = mkdtempSync(join(tmpdir(), "sluice-lock-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("one prepares a checkout at a time, and leaves nothing behind, also when that fails", async () => {
  const file = join(directory, "free");
  const held = await underLock(file, async () => existsSync(file));
  await expect(underLock(file, () => Promise.reject(new Error("no network")))).rejects.toThrow("no network");
  expect([held, existsSync(file)]).toEqual([true, false]);
});

test.each([
  { holder: "a process that is gone", pid: () => spawnSync(process.execPath, ["-e", ""]).pid },
  { holder: "our own number, as in a container that was started again", pid: () => process.pid },
])("what was left by $holder holds nobody up", async ({ pid }) => {
  const file = join(directory, "left");
  writeFileSync(file, String(pid()));
  expect(await underLock(file, async () => "prepared")).toBe("prepared");
});

test("nor does an empty one of somebody who could not write into it", async () => {
  const file = join(directory, "empty");
  writeFileSync(file, "");
  const longAgo = Date.now() / 1_000 - 60;
  utimesSync(file, longAgo, longAgo);
  expect(await underLock(file, async () => "prepared")).toBe("prepared");
});

test("whoever cannot write its lock is told so in one line", async () => {
  await expect(underLock(join(directory, "none", "file"), async () => {})).rejects.toThrow(
    /cannot be written \(ENOENT\)/,
  );
});
