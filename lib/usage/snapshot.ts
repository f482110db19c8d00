import type pg from "pg";
import { pool } from "../db/client";

/** Roll-ups are read in one snapshot, so that all figures of an answer agree. */
export type Snapshot = { query: pg.PoolClient["query"] };

export async function inSnapshot<T>(read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  let failed = true;
  try {
    // Reports leave the other processors to admission, and compiling costs more than it saves. The roll-ups lie in memory, where
    // a page costs little wherever it is: else one client's days would be sought among everybody's. So do the sums of a year of a
    // thousand keys.
    await client.query(
      `begin isolation level repeatable read read only; set local max_parallel_workers_per_gather = 0; set local jit = off;
       set local seq_page_cost = 0.05; set local random_page_cost = 0.05; set local work_mem = '16MB'`,
    );
    const result = await read(client);
    await client.query("commit");
    failed = false;
    return result;
  } finally {
    // A connection in the middle of a transaction is of no use to the next one.
    client.release(failed);
  }
}
