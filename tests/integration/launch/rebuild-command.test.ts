import { expect, test } from "vitest";
import { useDatabase } from "../../database";
import { makeTenant } from "../../factories";
import { runProgram } from "../../processes";

const database = useDatabase();

const rebuild = (args: string[]) =>
  runProgram("lib/launch/rebuild-command.ts", { options: args, env: { DATABASE_URL: database.url } });

test("rebuilding one client's roll-ups names it and nobody else", async () => {
  const [{ slug }] = [await makeTenant(), await makeTenant()];
  const { code, stdout, stderr } = await rebuild(["--tenant", slug]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "The roll-ups of 1 client say what the ledger says; 0 were changed.\n",
  });
  expect(stderr).toContain(slug);
});

test.each([
  { args: ["--tenant", "nobody-of-this-name"], line: "There is no client nobody-of-this-name." },
  { args: ["--form", "acme"], line: "Unknown option '--form'" },
])("$args ends it with one line and nothing done", async ({ args, line }) => {
  expect(await rebuild(args)).toMatchObject({ code: 1, stdout: "", stderr: `${line}\n` });
});
