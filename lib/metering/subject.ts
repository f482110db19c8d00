import { listKeyLimits, listTenantLimits } from "../quota/effective-limit";
import { resolvePlan, steadySpan } from "../quota/resolve-plan";
import type { Limit, Metric, Plan, Window } from "../quota/types";
import { dayAt, hourAt, localDate, monthAt, type Period } from "../quota/window";
import { beginningOf, type RecordBeginning } from "./records";
import type { Caller, KeySnapshot, TenantSnapshot } from "./types";

/**
 * A tenant or key as admission sees it in [from, to): its limits and the windows it counts in. Computed from a snapshot
 * and kept until the first instant at which anything in it changes by itself.
 */
export type Subject = {
  /** Equal for equal limits, so that one batch names a subject once. */
  identity: string;
  id: string;
  tenantId: string;
  from: Date;
  to: Date;
  hour: Period;
  day: Period;
  month: Period;
  /** The tenant's local date. */
  date: string;
  limits: Limit[];
  concurrency: number | null;
  /** The tenant's. */
  plan: Plan | null;
  /** The subject as a `metered_subject` of SQL, up to what a batch asks of it. */
  row: RecordBeginning;
  /** Its counter as a `known_counter` of SQL, up to who has written it. */
  counterRow: RecordBeginning;
};

const tenantSubjects = new WeakMap<TenantSnapshot, Subject>();
const keySubjects = new WeakMap<KeySnapshot, { owner: Subject; subject: Subject }>();

export function tenantSubject(tenant: TenantSnapshot, at: Date): Subject {
  const known = tenantSubjects.get(tenant);
  if (known && known.from <= at && at < known.to) return known;

  const hour = hourAt(at, tenant.timeZone);
  const steady = steadySpan(tenant, at);
  const subject = buildSubject({
    tenantId: tenant.id,
    id: tenant.id,
    keyName: null,
    version: tenant.version,
    tenantVersion: tenant.version,
    hour,
    day: dayAt(at, tenant.timeZone),
    month: monthAt(at, tenant.timeZone),
    date: localDate(at, tenant.timeZone),
    from: latest([hour.startsAt, steady.from]),
    to: earliest([hour.endsAt, steady.to]),
    limits: listTenantLimits(tenant, at),
    concurrency: null,
    plan: resolvePlan(tenant, at).plan,
  });
  tenantSubjects.set(tenant, subject);
  return subject;
}

/** The key's subject, in the windows of its tenant. */
export function keySubject({ tenant, key }: { tenant: TenantSnapshot; key: KeySnapshot }, at: Date): Subject {
  const owner = tenantSubject(tenant, at);
  const known = keySubjects.get(key);
  if (known?.owner === owner && at < known.subject.to) return known.subject;

  const subject = buildSubject({
    tenantId: tenant.id,
    id: key.id,
    keyName: key.name,
    version: key.version,
    tenantVersion: tenant.version,
    hour: owner.hour,
    day: owner.day,
    month: owner.month,
    date: owner.date,
    from: owner.from,
    to: earliest([owner.to, key.expiresAt, key.secretExpiresAt]),
    limits: listKeyLimits(key),
    concurrency: key.concurrency,
    plan: owner.plan,
  });
  keySubjects.set(key, { owner, subject });
  return subject;
}

export function subjectsOf({ tenant, key }: Caller, at: Date): { tenant: Subject; key: Subject | null } {
  return { tenant: tenantSubject(tenant, at), key: key ? keySubject({ tenant, key }, at) : null };
}

/**
 * Whether what a call was judged by still holds: its client's plan is the one in force, and its secret, if it has been replaced,
 * is in its time of grace. (The limits of its key are the same with either secret.)
 */
export function holdsAt({ caller: { tenant, key }, plan }: { caller: Caller; plan: Plan | null }, at: Date): boolean {
  const graceEndsAt = key?.secretExpiresAt ?? null;
  return tenantSubject(tenant, at).plan === plan && (graceEndsAt === null || at < graceEndsAt);
}

type SubjectParts = Omit<Subject, "identity" | "row" | "counterRow"> & {
  keyName: string | null;
  version: number;
  tenantVersion: number;
};

function buildSubject({ keyName, version, tenantVersion, ...subject }: SubjectParts): Subject {
  const { tenantId, id, from, to, hour, date, day, month, limits, concurrency } = subject;
  const cap = (metric: Metric, window: Window) =>
    limits.find((limit) => limit.metric === metric && limit.window === window)?.cap ?? null;
  const [hourStart, dayStart, monthStart] = [hour, day, month].map(({ startsAt }) => startsAt.toISOString()) as [
    string,
    string,
    string,
  ];
  const caps = [
    cap("requests", "day"),
    cap("requests", "month"),
    cap("tokens", "day"),
    cap("tokens", "month"),
    cap("cost", "month"),
    cap("requests", "minute"),
    concurrency,
  ];
  return {
    ...subject,
    identity: `${id} ${version} ${tenantVersion} ${from.getTime()}`,
    row: beginningOf([
      tenantId,
      id,
      keyName,
      version,
      tenantVersion,
      from.toISOString(),
      to.toISOString(),
      hourStart,
      date,
      dayStart,
      day.endsAt.toISOString(),
      monthStart,
      month.endsAt.toISOString(),
      ...caps,
    ]),
    counterRow: beginningOf([tenantId, id, keyName, hourStart, dayStart, monthStart, date]),
  };
}

function latest(instants: (Date | null)[]): Date {
  return new Date(Math.max(...instants.filter((instant) => instant !== null).map(Number)));
}

function earliest(instants: (Date | null)[]): Date {
  return new Date(Math.min(...instants.filter((instant) => instant !== null).map(Number)));
}
