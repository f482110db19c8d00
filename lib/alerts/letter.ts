import { createHash } from "node:crypto";
import { type Alert, alertNameOf } from "./crossing";

type Letter = { subject: string; text: string; messageId: string };

type Write = { alerts: Alert[]; currency: string; publicUrl: string };

/** So many are named; of more, the rest is found in the console. */
const mostNamed = 100;

/** One mail that tells all of them, what refuses calls first. No secret, no prompt. */
export function writeLetter({ alerts, currency, publicUrl }: Write): Letter {
  const usedUp = alerts.filter(({ threshold }) => threshold === "used_up").toSorted(byName);
  const near = alerts.filter(({ threshold }) => threshold === "near").toSorted(byName);
  const named = [...usedUp, ...near].slice(0, mostNamed);
  const linesOf = (alert: Alert) => ["", ...describe(alert, currency), link(`/clients/${alert.tenantSlug}`, publicUrl)];
  const part = (heading: string, of: Alert["threshold"]) => {
    const listed = named.filter(({ threshold }) => threshold === of);
    return listed.length === 0 ? [] : [heading, ...listed.flatMap(linesOf), ""];
  };
  const unnamed = alerts.length - named.length;
  const lines = [
    ...part("Used up. Calls are refused until the limit renews or is raised:", "used_up"),
    ...part("Near the limit:", "near"),
    ...(unnamed === 0 ? [] : [`And ${format(unnamed)} more: ${link("/clients?status=attention", publicUrl)}`, ""]),
    "Each limit is told of once when it comes near and once when it is used up, in each of its days or months.",
    `Who gets these mails: ${link("/settings", publicUrl)}`,
  ];
  return { subject: subjectOf(usedUp, near), text: lines.join("\n"), messageId: messageIdOf(alerts, publicUrl) };
}

function subjectOf(usedUp: Alert[], near: Alert[]): string {
  const [only] = [...usedUp, ...near];
  if (only && usedUp.length + near.length === 1)
    return `${subjectNameOf(only)}: ${whatOf(only)} ${only.threshold === "near" ? "near the limit" : "used up"}`;
  const count = (alerts: Alert[]) => `${format(alerts.length)} ${alerts.length === 1 ? "limit" : "limits"}`;
  if (near.length === 0) return `${count(usedUp)} used up`;
  return usedUp.length === 0 ? `${count(near)} near` : `${count(usedUp)} used up, ${format(near.length)} near`;
}

function describe(alert: Alert, currency: string): string[] {
  const { cap, used, resetsAt, timeZone, metric } = alert;
  const amount = (value: number) => (metric === "cost" ? money(value, currency) : format(value));
  const percent = Math.floor((used * 100) / cap);
  return [
    subjectNameOf(alert),
    `${amount(used)} of ${amount(cap)}: ${whatOf(alert)} (${percent} %), renews ${localTime(resetsAt, timeZone)} ${timeZone}`,
  ];
}

function subjectNameOf({ tenantName, keyName }: Alert): string {
  return keyName === null ? tenantName : `${tenantName}, key “${keyName}”`;
}

function whatOf({ metric, window }: Alert): string {
  const what = { requests: "calls", tokens: "tokens", cost: "budget" }[metric];
  return `${what} of the ${window}`;
}

/** Cut and not rounded up, so that nothing looks used up which is not. */
function money(microUnits: number, currency: string): string {
  const maximumFractionDigits = microUnits < 1e6 ? 6 : 2;
  const format = { style: "currency", currency, maximumFractionDigits, roundingMode: "trunc" } as const;
  return (microUnits / 1e6).toLocaleString("en-US", { minimumFractionDigits: 2, ...format });
}

function format(amount: number): string {
  return amount.toLocaleString("en-US");
}

function localTime(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone }).format(instant);
}

function link(path: string, publicUrl: string): string {
  return new URL(path, publicUrl).href;
}

function byName(a: Alert, b: Alert): number {
  return subjectNameOf(a).localeCompare(subjectNameOf(b), "en");
}

/** The same whenever the same is told, so that a mail server or program that has it already can leave out the repetition. */
function messageIdOf(alerts: Alert[], publicUrl: string): string {
  const digest = createHash("sha256").update(alerts.map(alertNameOf).toSorted().join("\n")).digest("hex");
  return `<alert-${digest.slice(0, 32)}@${new URL(publicUrl).hostname}>`;
}
