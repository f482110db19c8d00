import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import pg from "pg";
import { expect, test } from "vitest";
import { Heartbeat, whileKnown } from "@/lib/metering/heartbeat";
import { Meter } from "@/lib/metering/meter";
import { PostgresMeterStore } from "@/lib/metering/store";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { callBy, counterOf, createAgency, createCaller, silent, startInstance } from "../../metering";
import { quietClock } from "../../quiet-clock";

const database = useDatabase();

/** A way to the database which can forget its connections: what is said on them goes on, and nothing comes back. */
async function openGate() {
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
  const forget = () => {
    for (const server of passing) server.unpipe();
  };
  return { url: url.href, passing, forget, close: () => gate.close() };
}

test("a database that takes what is said and says nothing more is left for a new connection, and its calls are turned away", async () => {
  await quietClock({ forMs: 10_000, everyMs: 60_000 });
  const gate = await openGate();
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await createAgency(pool);
  const caller = await createCaller(pool);
  const store = new PostgresMeterStore(gate.url, startInstance(database.url).id, { silenceMs: 4_000 });
  const meter = new Meter(store, silent, { lateMs: 100 });
  // All but the first are admitted by what is known, as the one that is not heard of would be. (Plans are thrown away before the
  // third, the fourth and the sixth.)
  for (let calls = 0; calls < 6; calls++) expect((await meter.admit(callBy(caller))).verdict).toBe("ok");

  gate.forget();
  const unheard = callBy(caller);
  await expect(meter.admit(unheard)).rejects.toMatchObject({ code: "unavailable" });
  await eventually(async () => expect((await meter.admit(callBy(caller))).verdict).toBe("ok"));
  expect(gate.passing.length).toBeGreaterThan(1);
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

test("a heartbeat of which nothing is heard does not hold up calls without end: they are turned away, and let through over a new connection", async () => {
  const gate = await openGate();
  const [pool, heartbeats] = [database.url, gate.url].map((url) => new pg.Pool({ connectionString: url, max: 1 })) as [
    pg.Pool,
    pg.Pool,
  ];
  heartbeats.on("error", () => {});
  await createAgency(pool);
  const caller = await createCaller(pool);
  const { id, store } = startInstance(database.url);
  const heartbeat: Heartbeat = new Heartbeat(id, heartbeats, () => meter.oldestOpenAt(), 500);
  const meter = new Meter(whileKnown(heartbeat, store), silent);
  expect((await meter.admit(callBy(caller))).verdict).toBe("ok");

  gate.forget();
  await eventually(() => expect(heartbeat.isFresh).toBe(false));
  await expect(meter.admit(callBy(caller))).rejects.toMatchObject({ code: "unavailable" });
  await eventually(async () => expect((await meter.admit(callBy(caller))).verdict).toBe("ok"));
  await store.close();
  await Promise.all([pool.end(), heartbeats.end()]);
  gate.close();
});
