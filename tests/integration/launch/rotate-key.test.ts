import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decryptCredential, encryptCredential } from "@/lib/providers/credential";
import { useDatabase } from "../../database";
import { runProgram, startProgram } from "../../processes";

const database = useDatabase();
const command = "lib/launch/rotate-key-command.ts";
const [oldKey, newKey, lostKey] = [randomBytes(32), randomBytes(32), randomBytes(32)] as [Buffer, Buffer, Buffer];
const credentials = { anthropic: "sk-ant-1", openai: "sk-openai-2", ollama: "" };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sluice-rotate-"));
  await chmod(directory, 0o755);
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function inDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function writeProvider(url: string, slug: string, credential: string): Promise<void> {
  await inDatabase(url, (client) =>
    client.query(
      `insert into provider (id, slug, name, vendor, dialect, base_url, credential)
       values (gen_random_uuid(), $1, $1, 'custom', 'openai', 'http://provider.test', $2)
       on conflict (slug) do update set credential = excluded.credential`,
      [slug, credential],
    ),
  );
}

const readProviders = (url: string) =>
  inDatabase(url, async (client) => {
    const { rows } = await client.query<{ slug: string; credential: string }>("select slug, credential from provider");
    return new Map(rows.map(({ slug, credential }) => [slug, credential]));
  });

async function readAll(url: string, key: Buffer): Promise<Record<string, string>> {
  const providers = await readProviders(url);
  return Object.fromEntries([...providers].sort().map(([slug, text]) => [slug, decryptCredential(text, key)]));
}

describe("with keys from the environment", () => {
  const rotate = (env: Record<string, string>) =>
    runProgram(command, { env: { DATABASE_URL: database.url, AUTH_SECRET: "s".repeat(32), ...env } });
  const keys = { ENCRYPTION_KEY: newKey.toString("hex"), ENCRYPTION_KEY_PREVIOUS: oldKey.toString("base64") };

  test("every credential is encrypted anew with the new key, also where some were already", async () => {
    for (const [slug, credential] of Object.entries(credentials)) {
      await writeProvider(database.url, slug, encryptCredential(credential, slug === "openai" ? newKey : oldKey));
    }
    const { code, stdout } = await rotate(keys);
    expect(stdout.trim()).toBe("3 credentials are encrypted with the new key.");
    expect(code).toBe(0);
    expect(await readAll(database.url, newKey)).toEqual(credentials);

    expect((await rotate(keys)).code).toBe(0);
    expect(await readAll(database.url, newKey)).toEqual(credentials);
  });

  test("so is what the second steps of sign-ins are reckoned from", async () => {
    await inDatabase(database.url, (client) =>
      client.query(
        `insert into "user" (id, email, name, totp_secret) values (gen_random_uuid(), 'ann@agency.test', 'Ann', $1)`,
        [encryptCredential("GEZDGNBVGY3TQOJQ", oldKey)],
      ),
    );
    expect((await rotate(keys)).code).toBe(0);
    const { rows } = await inDatabase(database.url, (client) =>
      client.query<{ secret: string }>(`select totp_secret as secret from "user"`),
    );
    expect(rows.map(({ secret }) => decryptCredential(secret, newKey))).toEqual(["GEZDGNBVGY3TQOJQ"]);
  });

  test("so is what is repeated to scripts that ask again", async () => {
    await inDatabase(database.url, (client) =>
      client.query("insert into idempotent_answer values ('one', 'asked', 201, $1, now() + interval '1 day')", [
        encryptCredential("the answer", oldKey),
      ]),
    );
    expect((await rotate(keys)).code).toBe(0);
    const { rows } = await inDatabase(database.url, (client) =>
      client.query<{ answer: string }>("select answer from idempotent_answer"),
    );
    expect(rows.map(({ answer }) => decryptCredential(answer, newKey))).toEqual(["the answer"]);
  });

  test("what neither key can read is named and left as it is", async () => {
    const lost = encryptCredential("sk-lost", lostKey);
    await writeProvider(database.url, "lost-one", lost);
    const { code, stdout } = await rotate(keys);
    expect(code).toBe(0);
    expect(stdout).toContain("Neither key can read the credential of lost-one: enter it again.");
    expect((await readProviders(database.url)).get("lost-one")).toBe(lost);
  });

  test("without the old key nothing is done, and one line says what is missing", async () => {
    const { code, stderr } = await rotate({ ENCRYPTION_KEY: newKey.toString("hex") });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Set ENCRYPTION_KEY to the new key and ENCRYPTION_KEY_PREVIOUS to the old one[^\n]*\n$/);
  });
});

describe("with the key that is kept in DATA_DIR", () => {
  const withDatabase = async <T>(dataDirectory: string, work: (url: string) => Promise<T>): Promise<T> => {
    const running = startProgram("lib/launch/database-command.ts", { env: { DATA_DIR: dataDirectory } });
    try {
      return await work(await running.line(/^postgresql:/));
    } finally {
      running.process.kill("SIGTERM");
      await running.ended;
    }
  };

  test("a new one is made and used, also beside a server that runs; one that was interrupted is completed", async () => {
    const dataDirectory = join(directory, "data");
    await mkdir(dataDirectory);
    const path = join(dataDirectory, "secrets.json");
    const readSecrets = async () => JSON.parse(await readFile(path, "utf8")) as Record<string, string>;
    const kept = { AUTH_SECRET: "s".repeat(43), ENCRYPTION_KEY: oldKey.toString("hex") };
    await writeFile(path, JSON.stringify(kept));
    const rotate = () => runProgram(command, { env: { DATA_DIR: dataDirectory } });

    await withDatabase(dataDirectory, async (url) => {
      for (const [slug, credential] of Object.entries(credentials)) {
        await writeProvider(url, slug, encryptCredential(credential, oldKey));
      }
      expect(await rotate()).toMatchObject({ code: 0, stdout: expect.stringContaining("back it up") });
    });
    const { ENCRYPTION_KEY, ...others } = await readSecrets();
    expect(others).toEqual({ AUTH_SECRET: kept.AUTH_SECRET });
    expect(ENCRYPTION_KEY).not.toBe(kept.ENCRYPTION_KEY);
    const made = Buffer.from(ENCRYPTION_KEY as string, "hex");
    await withDatabase(dataDirectory, async (url) => expect(await readAll(url, made)).toEqual(credentials));

    const begun = { ...kept, ENCRYPTION_KEY: newKey.toString("hex"), ENCRYPTION_KEY_PREVIOUS: ENCRYPTION_KEY };
    await writeFile(path, JSON.stringify(begun));
    expect((await rotate()).code).toBe(0);
    expect(await readSecrets()).toEqual({ ...kept, ENCRYPTION_KEY: newKey.toString("hex") });
    await withDatabase(dataDirectory, async (url) => expect(await readAll(url, newKey)).toEqual(credentials));
  });
});
