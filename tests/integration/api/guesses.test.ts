import { describe, expect, test } from "vitest";
import { createToken } from "@/lib/auth/token";
import { createSecret } from "@/lib/keys/secret";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeKey, makeStaff, makeTenant } from "../../factories";

useDatabase();

const guesses = 50;
let addresses = 0;
/** One that nobody has guessed from. */
const newAddress = () => ({ "x-forwarded-for": `203.0.113.${++addresses}` });

describe.each([
  { name: "tokens of the admin API", path: "/api/admin/plans", guess: () => createToken("slt_") },
  { name: "keys of clients", path: "/api/usage/quota", guess: () => createSecret() },
  { name: "what is neither", path: "/api/usage/quota", guess: () => createToken("x") },
])("$name", ({ path, guess }) => {
  test("are guessed at so often from an address, and then a wrong one is told but when to come again", async () => {
    const headers = newAddress();
    for (let index = 0; index < guesses; index++)
      expect((await api("GET", path, { as: { bearer: guess() }, headers })).status).toBe(401);

    const refused = await api("GET", path, { as: { bearer: guess() }, headers });
    expect(refused).toMatchObject({ status: 429, body: { error: { code: "too_many_attempts" } } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);

    const key = await makeKey((await makeTenant()).id);
    const user = await makeStaff("viewer");
    // Others behind the same address go on working.
    expect((await api("GET", "/api/usage/quota", { as: { bearer: key.secret }, headers })).status).toBe(200);
    for (const as of ["script", { user }] as const)
      expect((await api("GET", "/api/admin/plans", { as, headers })).status).toBe(200);
  });

  test("that are wrong and are sent again and again are one guess: an old key shuts out nobody", async () => {
    const headers = newAddress();
    const old = guess();
    for (let index = 0; index < guesses + 10; index++)
      expect((await api("GET", path, { as: { bearer: old }, headers })).status).toBe(401);
    expect((await api("GET", "/api/admin/plans", { headers })).status).toBe(200);
  });
});
