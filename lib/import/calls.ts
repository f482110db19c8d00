import { hash } from "node:crypto";
import type { UsageSource } from "../metering/types";
import { dayAt, hourAt, localDate, monthAt } from "../quota/window";
import type { ImportedLine } from "./lines";

/** The keys and users of a client, as a file may name them. */
export type KnownCallers = {
  keys: { id: string; name: string; prefix: string; kind: "standard" | "legacy" }[];
  users: { id: string; name: string; email: string }[];
};

/** A row for the ledger. */
export type ImportedCall = {
  id: string;
  at: string;
  key_id: string | null;
  key_name: string | null;
  user_id: string | null;
  user_name: string | null;
  source: UsageSource;
  provider: string;
  model: string | null;
  input: number;
  output: number;
  cost: number | null;
  hour: string;
  day: string;
  month: string;
  date: string;
};

export type Caller = Pick<ImportedCall, "key_id" | "key_name" | "user_id" | "user_name" | "source">;

/**
 * Makes calls of lines. Each has an id that follows from what the line says and how often the file has said the same before,
 * so that a file that comes again is known again.
 */
export class CallMaker {
  private readonly seen = new Map<string, number>();
  private readonly windows = new Map<number, Pick<ImportedCall, "hour" | "day" | "month" | "date">>();
  private readonly callers = new Map<string, Caller>();

  constructor(
    private readonly tenant: { id: string; timeZone: string },
    private readonly known: KnownCallers,
  ) {}

  callsOf(line: ImportedLine): ImportedCall[] {
    const { at, requests, inputTokens, outputTokens, costMicroUsd, ...rest } = line;
    const content = JSON.stringify([this.tenant.id, at, requests, inputTokens, outputTokens, costMicroUsd, rest]);
    const digest = hash("sha256", content, "hex").slice(0, 24);
    const before = this.seen.get(digest) ?? 0;
    this.seen.set(digest, before + 1);
    const shared = {
      at: at.toISOString(),
      ...this.callerOf(line),
      provider: line.provider,
      model: line.model,
      ...this.windowsOf(at),
    };
    return Array.from({ length: requests }, (_, number) => ({
      id: idOf(`${digest} ${before} ${number}`),
      ...shared,
      input: shareOf(inputTokens, requests, number),
      output: shareOf(outputTokens, requests, number),
      cost: costMicroUsd === null ? null : shareOf(costMicroUsd, requests, number),
    }));
  }

  /** A known key is itself, whoever used it; whatever else is use of the web. */
  private callerOf({ key, user }: ImportedLine): Caller {
    const named = JSON.stringify([key, user]);
    const known = this.callers.get(named);
    if (known) return known;

    const foundKey = key === null ? null : findKey(this.known.keys, key);
    const foundUser = this.known.users.find(({ email }) => email === user?.toLowerCase());
    const caller: Caller = {
      key_id: foundKey?.id ?? null,
      key_name: foundKey?.name ?? key,
      user_id: foundUser?.id ?? null,
      user_name: foundUser?.name ?? user,
      source: foundKey ? sourceOf(foundKey) : "web",
    };
    this.callers.set(named, caller);
    return caller;
  }

  private windowsOf(at: Date): Pick<ImportedCall, "hour" | "day" | "month" | "date"> {
    // No window begins within a quarter of an hour.
    const quarter = Math.floor(at.getTime() / 900_000);
    const known = this.windows.get(quarter);
    if (known) return known;

    const { timeZone } = this.tenant;
    const windows = {
      hour: hourAt(at, timeZone).startsAt.toISOString(),
      day: dayAt(at, timeZone).startsAt.toISOString(),
      month: monthAt(at, timeZone).startsAt.toISOString(),
      date: localDate(at, timeZone),
    };
    if (this.windows.size > 50_000) this.windows.clear();
    this.windows.set(quarter, windows);
    return windows;
  }
}

/** By its id, or by its prefix or its name where only one key has it. */
export function findKey<Key extends KnownCallers["keys"][number]>(keys: Key[], named: string): Key | null {
  const known = keys.find(({ id }) => id === named.toLowerCase());
  if (known) return known;
  const ofPrefix = keys.filter(({ prefix }) => prefix === named);
  if (ofPrefix.length > 0) return onlyOne(ofPrefix);
  return onlyOne(keys.filter(({ name }) => name.toLowerCase() === named.toLowerCase()));
}

function onlyOne<Key>([one, another]: Key[]): Key | null {
  return one && !another ? one : null;
}

export function sourceOf({ kind }: { kind: "standard" | "legacy" }): UsageSource {
  return kind === "legacy" ? "legacy" : "apikey";
}

/** Whole numbers that add up to the total: the first ones have one more. */
function shareOf(total: number, parts: number, part: number): number {
  return Math.floor(total / parts) + (part < total % parts ? 1 : 0);
}

/** A UUID of version 8: made by a rule of our own. */
function idOf(text: string): string {
  const digits = hash("sha256", text, "hex");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
