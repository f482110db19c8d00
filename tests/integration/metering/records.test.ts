import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrayOf, beginningOf, completed, recordOf } from "@/lib/metering/records";
import { useDatabase } from "../../database";
import { fieldsOf } from "../../record-fields";

const database = useDatabase();
let pool: pg.Pool;

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.url });
});
afterAll(() => pool.end());

const storable = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0") && text.isWellFormed());
const text = fc.option(
  fc.oneof(storable, fc.constantFrom("", "null", "NULL", '"', "\\", ",", "(", ")", "{}", " a ", '\\"')),
);

async function readBack(sql: string | null): Promise<unknown[]> {
  const { rows } = await pool.query("select provider, model, tokens::int, stream from unnest($1::arriving_call[])", [
    sql,
  ]);
  return rows;
}

const head = ["018f0000-0000-7000-8000-000000000000", 1, 2, "metered", 5];

test("PostgreSQL reads every value of a row as it was given, whatever stands in it", async () => {
  const row = fc.record({ provider: text, model: text, tokens: fc.integer(), stream: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
      const records = rows.map(({ provider, model, tokens, stream }, index) => {
        const values = [tokens, 0, 0, "apikey", provider, "chat", model, stream, null, null, null];
        return index % 2 === 0 ? recordOf([...head, ...values]) : completed(beginningOf(head), values);
      });
      expect(await readBack(arrayOf(records))).toEqual(rows);
      expect(records.map((record) => fieldsOf(record)[11])).toEqual(rows.map(({ model }) => model));
    }),
    { numRuns: 300 },
  );
});

test("a batch without rows is null", async () => {
  expect(await readBack(arrayOf([]))).toEqual([]);
});
