import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createEmptyDatabase, type TestDatabase } from "../../database-server";
import { runProgram } from "../../processes";

let database: TestDatabase;
/** A checkout of the test's own, whose schema it may change. */
let checkout: string;

beforeEach(async () => {
  database = await createEmptyDatabase();
  checkout = await mkdtemp(join(tmpdir(), "sluice-checkout-"));
  for (const path of ["lib", "prisma", "package.json", "tsconfig.json"])
    await cp(path, join(checkout, path), { recursive: true });
  await symlink(resolve("node_modules"), join(checkout, "node_modules"));
});

afterEach(async () => {
  await database.drop();
  await rm(checkout, { recursive: true });
});

const run = (...options: string[]) =>
  runProgram("lib/launch/migrate-command.ts", { options, env: { DATABASE_URL: database.url }, directory: checkout });

test("what is new in the schema is written as the next migration, which is then applied, and is new no more", async () => {
  const schema = join(checkout, "prisma/schema.prisma");
  const text = await readFile(schema, "utf8");
  await writeFile(schema, text.replace("model Plan {", 'model Plan {\n  motto String? @map("motto")'));

  const written = await run("--create", "add_motto");
  const path = /^Wrote (\S+); read it before you commit it\.\n$/.exec(written.stdout)?.[1] ?? "";
  expect(written).toMatchObject({ code: 0, stdout: expect.stringMatching(/\/\d{14}_add_motto\/migration\.sql;/) });
  expect(await readFile(path, "utf8")).toMatch(/ALTER TABLE "plan" ADD COLUMN +"motto" TEXT;/);

  expect(await run()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Applied .*_add_motto\.\n$/) });
  expect(await run("--create", "add_motto_again")).toMatchObject({
    code: 0,
    stdout: "The migrations already give what prisma/schema.prisma says.\n",
  });
});

test("a name that is none ends it with one line", async () => {
  expect(await run("--create", "Add Motto")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: `A migration's name is made of a-z, 0-9 and single _, not "Add Motto".\n`,
  });
});
