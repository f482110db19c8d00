import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import pg from "pg";
import { expect, test } from "vitest";
import { Meter } from "@/lib/metering/meter";
import { PostgresMeterStore } from "@/lib/metering/store";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { callBy, counterOf, createAgency, createCaller, silent, startInstance } from "../../metering";
import { quietClock } from "../../quiet-clock";

const database = useDatabase();

test("a database that takes what is said and says nothing more is left for a new connection, and its calls are turned away", async () => {
  await quietClock({ forMs: 10_000, everyMs: 60_000 });
  const { hostname, port } = new URL(database.url);
  const passing: Socket[] = [];
  const gate = createServer((client) => {
    const server = connect(Number(port), hostname);
    passing.push(server);
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on("error", () => client.destroy());
    client.once("close", () => server.destroy());
  }).listen(0, "127.0.0.1");
  await once(gate, "listening");
  const url = new URL(database.url);
  [url.hostname, url.port] = ["127.0.0.1", String((gate.address() as AddressInfo).port)];

  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await createAgency(pool);
  const caller = await createCaller(pool);
  const store = new PostgresMeterStore(url.href, startInstance(database.url).id, { silenceMs: 4_000 });
  const meter = new Meter(store, silent, { lateMs: 100 });
  // All but the first are admitted by what is known, as the one that is not heard of would be. (Plans are thrown away before the
  // third, the fourth and the sixth.)
  for (let calls = 0; calls < 6; calls++) expect((await meter.admit(callBy(caller))).verdict).toBe("ok");

  for (const server of passing) server.unpipe();
  const unheard = callBy(caller);
  await expect(meter.admit(unheard)).rejects.toMatchObject({ code: "unavailable" });
  await eventually(async () => expect((await meter.admit(callBy(caller))).verdict).toBe("ok"));
  expect(passing.length).toBeGreaterThan(1);
  await eventually(async () =>
    expect((await pool.query("select state from usage_record where id = $1", [unheard.id])).rows).toEqual([
      { state: "failed" },
    ]),
  );
  expect(await counterOf(pool, caller.tenant.id, "day")).toMatchObject({ requests_used: 0, requests_reserved: 7 });
  await store.close();
  await pool.end();
  gate.close();
});
