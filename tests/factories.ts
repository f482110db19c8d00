import { randomUUID } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { StaffRole } from "@/lib/auth/schema";
import { prisma } from "@/lib/db/client";
import { callerOf, keyDirectory } from "@/lib/keys/directory";
import type { CreateKeyInput, KeyWithSecret } from "@/lib/keys/schema";
import { meter } from "@/lib/metering/lifecycle";
import type { Caller } from "@/lib/metering/types";
import type { CreatePlanInput, Plan } from "@/lib/plans/schema";
import type { CreateTenantInput, Tenant } from "@/lib/tenants/schema";
import { api } from "./api";
import { callBy, settlementOf, usageOf } from "./metering";

/** Things to test with, each of the test's own, made as a script makes them. */

export async function makePlan(input: Partial<CreatePlanInput> = {}): Promise<Plan> {
  return made(await api("POST", "/api/admin/plans", { body: { name: unique("Plan"), ...input } }));
}

export async function makeTenant(input: Partial<CreateTenantInput> = {}): Promise<Tenant> {
  return made(await api("POST", "/api/admin/tenants", { body: { name: unique("Client"), ...input } }));
}

export async function makeKey(tenantId: string, input: Partial<CreateKeyInput> = {}): Promise<KeyWithSecret> {
  return made(await api("POST", `/api/admin/tenants/${tenantId}/keys`, { body: { name: unique("key"), ...input } }));
}

type MadeUser = { id: string; email: string; sessionVersion: number };

export async function makeStaff(staffRole: StaffRole): Promise<MadeUser> {
  return await prisma().user.create({
    data: { email: `${unique("staff").replace(" ", ".")}@agency.test`, name: `The ${staffRole}`, staffRole },
  });
}

/** A user of one or more clients. */
export async function makeClientUser(...tenantIds: string[]): Promise<MadeUser> {
  const memberships = { create: tenantIds.map((tenantId) => ({ tenantId, role: "member" as const })) };
  return await prisma().user.create({
    data: { email: `${unique("user").replace(" ", ".")}@client.test`, name: "Uma User", memberships },
  });
}

type Call = { inputTokens?: number; outputTokens?: number; costMicroUsd?: number | null; state?: "settled" | "failed" };

/** Makes a call with a key, admitted and settled as the gateway does it; no provider is asked. */
export async function makeCall({ secret }: { secret: string }, call: Call = {}): Promise<void> {
  const entry = await keyDirectory().reload(secret, { olderThanMs: 0 });
  if (entry === null) throw new Error("No key has this secret.");
  await recordCall(callerOf(entry), call);
}

export async function recordCall(
  caller: Caller,
  { inputTokens = 4, outputTokens = 6, costMicroUsd = 7, state = "settled" }: Call = {},
): Promise<void> {
  const call = callBy(caller, { tokens: inputTokens + outputTokens });
  // What was computed before an hour began is stale in it, and asked again, as the gateway does.
  const first = await meter().admit(call);
  const verdict = first.verdict === "stale" ? await meter().admit(call) : first;
  if (verdict.verdict !== "ok") throw new Error(`The call was not admitted: ${verdict.verdict}.`);
  await meter().settle(
    settlementOf(call, verdict.admittedAt, { state, costMicroUsd, usage: usageOf(inputTokens, outputTokens) }),
  );
}

type Rolled = {
  tenantId: string;
  actorId: string;
  source?: "apikey" | "web" | "legacy";
  at: Date;
  localDate: string;
  requests?: number;
  totalTokens?: number;
};

/** Writes use of an earlier time straight into both roll-ups. */
export async function writeUse({
  tenantId,
  actorId,
  source = "apikey",
  at,
  localDate,
  requests = 1,
  totalTokens = 0,
}: Rolled): Promise<void> {
  const used = { tenantId, actorId, source, requests, totalTokens, inputTokens: totalTokens, lastUsedAt: at };
  await prisma().usageHourly.create({ data: { ...used, startsAt: at } });
  await prisma().usageDaily.upsert({
    where: { tenantId_localDate_source_actorId: { tenantId, localDate: new Date(localDate), source, actorId } },
    create: { ...used, localDate: new Date(localDate) },
    update: {
      requests: { increment: requests },
      totalTokens: { increment: totalTokens },
      inputTokens: { increment: totalTokens },
      lastUsedAt: at,
    },
  });
}

export function unique(word: string): string {
  return `${word} ${randomUUID().slice(0, 8)}`;
}

export function unknownId(): string {
  return uuidv7();
}

function made<T>({ status, body }: { status: number; body: T }): T {
  if (status !== 201) throw new Error(`Nothing was made: ${status} ${JSON.stringify(body)}`);
  return body;
}
