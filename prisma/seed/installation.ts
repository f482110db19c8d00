import type pg from "pg";
import { hashPassword } from "@/lib/auth/password";
import type { Actor } from "@/lib/auth/require-staff";
import { setUp } from "@/lib/auth/set-up";
import { prisma } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create-key";
import { revokeKey } from "@/lib/keys/revoke-key";
import { rotateKey } from "@/lib/keys/rotate-key";
import { createPlan } from "@/lib/plans/create-plan";
import { listPlans } from "@/lib/plans/store";
import { updatePlan } from "@/lib/plans/update-plan";
import { createProvider } from "@/lib/providers/create-provider";
import { createTenant } from "@/lib/tenants/create-tenant";
import { updateTenant } from "@/lib/tenants/update-tenant";
import { type ClientSeed, clientSeeds, type KeySeed } from "./clients";
import type { SeededClient } from "./history";
import { planSeeds } from "./plans";

/** Whoever holds these can do everything: only for an installation that shows invented data. */
export const seedPassword = "demo-password";

export const staffSeeds = [
  { name: "Ines Harbour", email: "owner@harbourline.example", role: "owner" },
  { name: "Piet Aldersen", email: "admin@harbourline.example", role: "admin" },
  { name: "Noor Bakhtiar", email: "viewer@harbourline.example", role: "viewer" },
] as const;

/** Secrets by client and key, for whoever is to make calls. Null where the key can no longer be used. */
export type SeededSecrets = Record<string, { key: string; secret: string }[]>;

const dayMs = 24 * 3_600_000;
const graceSeconds = 20 * 24 * 3_600;
const agencyAgeDays = 400;

type Step = { at: Date; take(at: Date): Promise<void> };

/**
 * Builds the agency with its plans, providers, clients and keys, in the order in which that happened: each step is a verb
 * of the product, taken at its time, so that the audit trail tells the story.
 */
export async function buildInstallation({
  client,
  upstreamUrl,
  now,
}: {
  client: pg.ClientBase;
  upstreamUrl: string;
  now: Date;
}): Promise<{ clients: SeededClient[]; secrets: SeededSecrets }> {
  const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs);
  const [owner, ...colleagues] = staffSeeds;
  const foundedAt = daysAgo(agencyAgeDays);
  const user = await setUp({
    input: {
      agencyName: "Harbourline Digital",
      timeZone: "Europe/Amsterdam",
      currency: "USD",
      name: owner.name,
      email: owner.email,
      password: seedPassword,
    },
    now: foundedAt,
  });
  const actor: Actor = { id: user.id, name: user.name, role: "owner" };
  const passwordHash = await hashPassword(seedPassword);
  for (const { name, email, role } of colleagues)
    await prisma().user.create({ data: { name, email, passwordHash, staffRole: role } });

  await createProvider({
    input: {
      slug: "openai",
      name: "OpenAI",
      vendor: "openai",
      baseUrl: upstreamUrl,
      credential: "sk-demo-openai-3f9c2a71",
    },
    actor,
    now: foundedAt,
  });
  await createProvider({
    input: {
      slug: "mistral",
      name: "Mistral",
      vendor: "mistral",
      baseUrl: upstreamUrl,
      credential: "demo-mistral-88d1b604",
    },
    actor,
    now: foundedAt,
  });
  const planIds = await buildPlans({ actor, now: foundedAt });

  const secrets: SeededSecrets = {};
  const clients: SeededClient[] = [];
  const steps: Step[] = clientSeeds.map((seed) => ({
    at: daysAgo(seed.joinedDaysAgo),
    take: async (at) => {
      const planId = planIds.get(seed.plan);
      const { id: tenantId } = await createTenant({
        input: { name: seed.name, slug: seed.slug, timeZone: seed.timeZone, planId },
        actor,
        now: at,
      });
      const users = await addUsers({ seed, tenantId, passwordHash });
      const endedDaysAgo = seed.lastCallDaysAgo ?? seed.suspendedDaysAgo;
      clients.push({
        seed,
        tenantId,
        keys: [],
        users,
        joinedAt: at,
        endedAt: endedDaysAgo === undefined ? null : daysAgo(endedDaysAgo),
      });
    },
  }));
  const clientOf = (seed: ClientSeed) => clients.find((each) => each.seed === seed) as SeededClient;
  for (const seed of clientSeeds) steps.push(...changesOf({ seed, clientOf, actor, daysAgo, now }));
  for (const seed of clientSeeds)
    for (const key of seed.keys) steps.push(...keySteps({ seed, key, clientOf, secrets, actor, daysAgo }));

  steps.sort((one, other) => one.at.getTime() - other.at.getTime());
  for (const { at, take } of steps) await take(at);
  await backdate({ client, clients, foundedAt });
  return { clients, secrets };
}

async function buildPlans({ actor, now }: { actor: Actor; now: Date }): Promise<Map<string, string>> {
  const existing = await listPlans(now);
  const ids = new Map<string, string>();
  for (const seed of planSeeds) {
    const known = existing.find(({ name }) => name === seed.name);
    const plan = known
      ? await updatePlan({ planId: known.id, input: { ...seed }, actor, now })
      : await createPlan({ input: { ...seed, allowedModels: [] }, actor, now });
    ids.set(seed.name, plan.id);
  }
  return ids;
}

async function addUsers({
  seed,
  tenantId,
  passwordHash,
}: {
  seed: ClientSeed;
  tenantId: string;
  passwordHash: string;
}): Promise<SeededClient["users"]> {
  return await Promise.all(
    seed.users.map(async ({ name, email, role, weight }) => {
      const { id } = await prisma().user.create({
        data: { name, email, passwordHash, memberships: { create: { tenantId, role } } },
      });
      return { id, name, weight };
    }),
  );
}

type StepsOf = {
  seed: ClientSeed;
  clientOf(seed: ClientSeed): SeededClient;
  actor: Actor;
  daysAgo(days: number): Date;
};

function changesOf({ seed, clientOf, actor, daysAgo, now }: StepsOf & { now: Date }): Step[] {
  const { suspendedDaysAgo, override } = seed;
  const steps: Step[] = [];
  if (suspendedDaysAgo !== undefined) {
    const at = daysAgo(suspendedDaysAgo);
    steps.push({
      at,
      take: async () =>
        void (await updateTenant({
          tenantId: clientOf(seed).tenantId,
          input: { status: "suspended" },
          actor,
          now: at,
        })),
    });
  }
  if (override) {
    const { dailyTokenLimit, reason, setDaysAgo, expiresInDays } = override;
    const input = {
      dailyTokenLimit,
      dailyTokenLimitReason: reason,
      dailyTokenLimitExpiresAt: new Date(now.getTime() + expiresInDays * dayMs),
    };
    steps.push({
      at: daysAgo(setDaysAgo),
      take: async (at) => void (await updateTenant({ tenantId: clientOf(seed).tenantId, input, actor, now: at })),
    });
  }
  return steps;
}

function keySteps({
  seed,
  key,
  clientOf,
  secrets,
  actor,
  daysAgo,
}: StepsOf & { key: KeySeed; secrets: SeededSecrets }): Step[] {
  const createdAt = new Date(daysAgo(key.createdDaysAgo ?? seed.joinedDaysAgo).getTime() + 60_000);
  const revokedAt = key.revokedDaysAgo === undefined ? null : daysAgo(key.revokedDaysAgo);
  let keyId = "";
  const remember = (secret: string) => {
    const known = (secrets[seed.name] ?? []).filter((each) => each.key !== key.name);
    secrets[seed.name] = [...known, { key: key.name, secret }];
  };

  const steps: Step[] = [
    {
      at: createdAt,
      take: async (at) => {
        const { tenantId, keys } = clientOf(seed);
        const created = await createKey({
          tenantId,
          input: { name: key.name, ...key.limits, secret: key.legacySecret },
          actor,
          now: at,
        });
        keyId = created.id;
        keys.push({ seed: key, id: keyId, createdAt: at, revokedAt });
        remember(created.secret);
      },
    },
  ];
  if (key.rotatedDaysAgo !== undefined) {
    steps.push({
      at: daysAgo(key.rotatedDaysAgo),
      take: async (at) =>
        remember(
          (await rotateKey({ tenantId: clientOf(seed).tenantId, keyId, input: { graceSeconds }, actor, now: at }))
            .secret,
        ),
    });
  }
  if (revokedAt)
    steps.push({
      at: revokedAt,
      take: async (at) => void (await revokeKey({ tenantId: clientOf(seed).tenantId, keyId, actor, now: at })),
    });
  return steps;
}

/** What was made long ago says so. Nothing depends on these instants. */
async function backdate({
  client,
  clients,
  foundedAt,
}: {
  client: pg.ClientBase;
  clients: SeededClient[];
  foundedAt: Date;
}): Promise<void> {
  for (const table of ["agency", "plan", "provider", '"user"'])
    await client.query(`update ${table} set created_at = $1`, [foundedAt]);
  for (const { tenantId, joinedAt, keys } of clients) {
    await client.query("update tenant set created_at = $2 where id = $1", [tenantId, joinedAt]);
    await client.query(
      'update "user" set created_at = $2 where id in (select user_id from membership where tenant_id = $1)',
      [tenantId, joinedAt],
    );
    for (const key of keys)
      await client.query("update api_key set created_at = $2 where id = $1", [key.id, key.createdAt]);
  }
}
