import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { runProgram } from "../../processes";

const database = useDatabase();
const secrets = { AUTH_SECRET: "s".repeat(32), ENCRYPTION_KEY: "cd".repeat(32) };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sluice-start-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

/** The one line with which the server gave up. */
async function complaintOf(env: Record<string, string>): Promise<string> {
  const { code, stderr } = await runProgram("server.ts", {
    env: { PORT: "0", HOST: "127.0.0.1", DATA_DIR: directory, ...env },
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  return stderr.trim();
}

test("a port in use", async () => {
  const occupant = createServer().listen(0, "127.0.0.1");
  await once(occupant, "listening");
  const { port } = occupant.address() as AddressInfo;
  expect(await complaintOf({ PORT: String(port) })).toBe(
    `Port ${port} is in use; stop what uses it, or set PORT to another.`,
  );
  occupant.close();
});

test("a wrong value in the environment", async () => {
  expect(await complaintOf({ PORT: "http" })).toBe("Wrong environment: PORT must be a whole number from 0 to 65535.");
});

test("a data directory that cannot be made", async () => {
  const file = join(directory, "file");
  await writeFile(file, "");
  expect(await complaintOf({ DATA_DIR: join(file, "data") })).toBe(
    `DATA_DIR ${join(file, "data")} cannot be made: ENOTDIR.`,
  );
});

test.runIf(existsSync("/proc/self"))("a data directory where the file system takes none", async () => {
  expect(await complaintOf({ DATA_DIR: "/proc/sluice/data" })).toBe(
    "DATA_DIR /proc/sluice/data cannot be made: ENOENT.",
  );
});

test("secrets that are missing beside a database of one's own", async () => {
  const complaint = await complaintOf({ DATABASE_URL: database.url, ENCRYPTION_KEY: secrets.ENCRYPTION_KEY });
  expect(complaint).toMatch(/^With DATABASE_URL set, AUTH_SECRET must be set too/);
});

test("a database that does not answer", async () => {
  const url = new URL(database.url);
  url.port = String(await closedPort());
  expect(await complaintOf({ ...secrets, DATABASE_URL: url.href })).toMatch(
    /^DATABASE_URL: the database \S+ at 127\.0\.0\.1:\d+ cannot be used: connect ECONNREFUSED \S+\.$/,
  );
});

test("a database that does not exist", async () => {
  const url = new URL(database.url);
  url.pathname = "/nowhere";
  expect(await complaintOf({ ...secrets, DATABASE_URL: url.href })).toMatch(
    /^DATABASE_URL: the database nowhere at \S+ cannot be used: database "nowhere" does not exist\.$/,
  );
});

test("a wrong password, which is not repeated", async () => {
  const url = new URL(database.url);
  url.password = "canary-password";
  const complaint = await complaintOf({ ...secrets, DATABASE_URL: url.href });
  expect(complaint).toMatch(
    /^DATABASE_URL: the database \S+ at \S+ cannot be used: password authentication failed for user "\w+"\.$/,
  );
  expect(complaint).not.toContain("canary");
});

test("a PostgreSQL that is too old", async () => {
  const old = await startOldPostgres();
  const { port } = old.address() as AddressInfo;
  const complaint = await complaintOf({ ...secrets, DATABASE_URL: `postgresql://sluice@127.0.0.1:${port}/sluice` });
  expect(complaint).toBe(
    `DATABASE_URL: the database sluice at 127.0.0.1:${port} is PostgreSQL 14; 15 or later is needed.`,
  );
  old.close();
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Speaks just enough of PostgreSQL's protocol to answer every question with 14. */
async function startOldPostgres(): Promise<Server> {
  const message = (type: string, ...parts: (Buffer | string)[]) => {
    const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
  const int32 = (value: number) => Buffer.from([0, 0, value >> 8, value & 255]);
  const ready = message("Z", "I");
  const column = message("T", int16(1), "major\0", int32(0), int16(0), int32(23), int16(4), int32(0), int16(0));
  const row = message("D", int16(1), int32(2), "14");
  const answer = Buffer.concat([column, row, message("C", "SELECT 1\0"), ready]);

  const greet = (socket: Socket) => {
    socket.once("data", () => {
      socket.write(Buffer.concat([message("R", int32(0)), ready]));
      socket.on("data", (request) => request.toString("latin1", 0, 1) === "Q" && socket.write(answer));
    });
    socket.on("error", () => {});
  };
  const server = createServer(greet).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
