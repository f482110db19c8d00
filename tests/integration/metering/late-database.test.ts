import { once } from "node:events";
import { connect, createServer } from "node:net";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { closeDatabase } from "@/lib/db/client";
import { startMetering, stopMetering } from "@/lib/metering/lifecycle";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";

const database = useDatabase();

afterAll(async () => {
  await stopMetering();
  await closeDatabase();
});

test("an instance that started before its database announces itself when that is there", async () => {
  const { hostname, port } = new URL(database.url);
  const gate = createServer((client) => {
    const server = connect(Number(port), hostname);
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on("error", () => client.destroy());
  }).listen(0, "127.0.0.1");
  await once(gate, "listening");
  const { port: gatePort } = gate.address() as { port: number };
  gate.close();
  await once(gate, "close");

  const url = new URL(database.url);
  url.hostname = "127.0.0.1";
  url.port = String(gatePort);
  process.env.DATABASE_URL = url.href;
  await expect(startMetering()).rejects.toThrow();

  gate.listen(gatePort, "127.0.0.1");
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await eventually(async () => expect((await pool.query("select from instance")).rowCount).toBe(1));
  await pool.end();
  gate.close();
});
