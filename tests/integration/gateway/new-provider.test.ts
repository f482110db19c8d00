import { expect, test, vi } from "vitest";
import { callPool, pool } from "@/lib/db/client";
import { upstreamDirectory } from "@/lib/providers/upstreams";
import { makeClient, useGateway } from "../../gateway";

const { post } = useGateway();
const chat = { model: "m", messages: [] };

/** As another instance makes one: nobody tells this one. */
async function makeElsewhere(slug: string): Promise<void> {
  await pool().query(
    `with made as (
       insert into provider select p.* from provider o, jsonb_populate_record(o, jsonb_build_object(
         'id', gen_random_uuid(), 'slug', $1::text, 'is_default', false)) p where o.slug = 'openai')
     update agency set version = version + 1`,
    [slug],
  );
}

test("a provider that another instance has made is there from the next call on, also for who asked too soon", async () => {
  const client = await makeClient();
  for (const slug of ["newcomer", "another-newcomer"]) {
    const tooSoon = await post(client, `/${slug}/v1/chat/completions`, chat);
    expect(tooSoon.status).toBe(404);
    expect(await tooSoon.json()).toMatchObject({ error: { code: "unknown_provider" } });
    await makeElsewhere(slug);
    expect((await post(client, `/${slug}/v1/chat/completions`, chat)).status).toBe(200);
  }
});

test("guesses at providers cost next to nothing: all that come meanwhile are told by one small question", async () => {
  const directory = upstreamDirectory();
  await directory.find("nobody");
  const asked = vi.spyOn(callPool(), "query");
  const found = await Promise.all(Array.from({ length: 500 }, (_, index) => directory.find(`nobody-${index}`)));
  expect(new Set(found)).toEqual(new Set([null]));
  const statements = asked.mock.calls.map(([sql]) => String(sql)).filter((sql) => /from (agency|provider)/.test(sql));
  expect(statements).toEqual(["select version from agency"]);
  asked.mockRestore();
});
