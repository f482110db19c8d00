import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensurePassword } from "@/lib/launch/postgres-cluster";
import { beginKeyRotation, endKeyRotation, keepSecrets, secretsPath } from "@/lib/launch/secrets";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-kept-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("of several first starts at once each has the secrets and the password that stay", async () => {
  const secrets = await Promise.all(Array.from({ length: 8 }, () => keepSecrets(directory)));
  expect(new Set(secrets.map((each) => JSON.stringify(each))).size).toBe(1);
  expect(await keepSecrets(directory)).toEqual(secrets[0]);

  const passwords = await Promise.all(Array.from({ length: 8 }, () => ensurePassword(directory)));
  expect(new Set([...passwords, await ensurePassword(directory)]).size).toBe(1);
});

test("secrets stay their owner's alone, whoever rotates the key", async () => {
  await keepSecrets(directory);
  const path = secretsPath(directory);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(path, 65_534, 65_534);
  const before = statSync(path);
  await beginKeyRotation(directory);
  await endKeyRotation(directory);
  const { uid, gid, mode } = statSync(path);
  expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: before.uid, gid: before.gid, mode: 0o600 });
  expect(Object.keys(JSON.parse(readFileSync(path, "utf8")))).toEqual(["AUTH_SECRET", "ENCRYPTION_KEY"]);
});

test.runIf(process.getuid?.() === 0)(
  "their owner replaces them also where their group is one that it is not in",
  () => {
    const path = join(directory, "kept");
    writeFileSync(path, "before", { mode: 0o600 });
    chownSync(directory, 65_534, 65_534);
    chownSync(path, 65_534, 65_533);
    const module = join(import.meta.dirname, "../../../lib/launch/kept-file.ts");
    const asOwner = `const { replaceKept } = await import(${JSON.stringify(module)});
    process.setgroups([]);
    process.setegid(65534);
    process.seteuid(65534);
    await replaceKept(${JSON.stringify(path)}, "after");`;
    execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", asOwner]);
    expect(readFileSync(path, "utf8")).toBe("after");
    expect(statSync(path)).toMatchObject({ uid: 65_534 });
  },
);

test("an empty password, as a full disk may have left it, is told and not used", async () => {
  writeFileSync(join(directory, "postgres-password"), "");
  await expect(ensurePassword(directory)).rejects.toThrow("is empty; restore it");
});
