import { formatExact } from "@/components/ui/format-amount";
import { formatInstant } from "@/components/ui/format-time";
import { numberFormat } from "@/components/ui/intl-formats";
import type { AuditEvent } from "@/lib/audit/schema";

type Values = Record<string, unknown>;

/** One field of what was changed. Undefined: it was not there. */
export type Change = { field: string; before?: string; after?: string };

const kinds: Record<string, string> = {
  tenant: "Client",
  key: "Key",
  plan: "Plan",
  provider: "Provider",
  user: "Person",
  token: "Admin token",
  settings: "Settings",
  agency: "Agency",
  ledger: "Ledger",
};

/** What tells nothing to people: it stands in the target, or in the event itself. */
const untold = new Set(["id", "tenantId", "providerId", "planId", "createdAt", "version", "authorId", "authorName"]);

/** What says of which part of its target an event is, and so is told also where it stayed as it was. */
const telling = new Set(["modelPattern"]);

const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** `key.revoked` as `Key revoked`, `agency.set_up` as `Agency set up`. */
export function actionInWords(action: string): string {
  const [kind = "", verb = ""] = action.split(".");
  return `${kinds[kind] ?? capitalized(kind)} ${verb.replaceAll("_", " ")}`;
}

export const targetKinds = Object.entries(kinds).map(([value, label]) => ({ value, label }));

export function changesOf({ before, after }: Pick<AuditEvent, "before" | "after">, timeZone: string): Change[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields]
    .filter((field) => !untold.has(field))
    .map((field) => ({ name: field, ...sidesOf(field, { before, after }, timeZone) }))
    .filter((change) => change.before !== change.after || telling.has(change.name))
    .map(({ name, ...sides }) => ({ field: fieldInWords(name), ...sides }))
    .filter((change) => (before && after) || (change.before ?? change.after) !== nothing);
}

const nothing = "none";

function sidesOf(field: string, { before, after }: Pick<AuditEvent, "before" | "after">, timeZone: string) {
  const side = (values: Values | null) => valueInWords(field, values?.[field], timeZone);
  return { ...(before && { before: side(before) }), ...(after && { after: side(after) }) };
}

/** What is kept in parts of the currency's unit, by the end of its name. */
const moneyFields = [
  { end: "Cents", parts: 100 },
  { end: "MicroUsd", parts: 1_000_000 },
];
const amount = numberFormat({ minimumFractionDigits: 2, maximumFractionDigits: 6 });

/** `dailyTokenLimit` as `Daily token limit`, `feeCents` as `Fee`. */
function fieldInWords(field: string): string {
  const money = moneyFields.find(({ end }) => field.endsWith(end));
  const name = money ? field.slice(0, -money.end.length) : field;
  return capitalized(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

function numberInWords(field: string, value: number): string {
  const money = moneyFields.find(({ end }) => field.endsWith(end));
  return money ? amount.format(value / money.parts) : formatExact(value);
}

function valueInWords(field: string, value: unknown, timeZone: string): string {
  if (value === null || value === undefined || value === "") return nothing;
  if (typeof value === "number") return numberInWords(field, value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string")
    return instantPattern.test(value) ? `${formatInstant(new Date(value), timeZone)} ${timeZone}` : value;
  if (Array.isArray(value)) return value.length === 0 ? nothing : value.map(String).join(", ");
  const { name } = value as Values;
  return typeof name === "string" ? name : JSON.stringify(value);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
