import { Temporal } from "temporal-polyfill";
import { isTimeZone } from "../quota/window";

/** A line of a file of earlier use, as it is understood. */
export type ImportedLine = {
  at: Date;
  /** As it stands in the file: a key's id, prefix or name, and a user's e-mail. */
  key: string | null;
  user: string | null;
  provider: string;
  model: string | null;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  /** Null: what it cost is not known. */
  costMicroUsd: number | null;
};

const columns = [
  ...["time", "key", "user", "provider", "model", "requests", "tokens", "input_tokens", "output_tokens"],
  "cost_micro_usd",
] as const;

type Column = (typeof columns)[number];
export type Columns = readonly Column[];

/** A line, or a whole file, that cannot be taken as it is. */
export class ImportProblem extends Error {}

const earliest = new Date("2015-01-01T00:00:00Z");
const mostRequests = 100_000;
const mostTokens = 1_000_000_000_000;

/** @throws ImportProblem for a zone that there is not. */
export function requireZone(zone: string): void {
  if (!isTimeZone(zone)) throw new ImportProblem(`There is no time zone ${zone}; write it as Europe/Berlin.`);
}

/** Reads the first line. @throws ImportProblem that names what is unknown, twice there or missing. */
export function readHeader(names: string[]): Columns {
  const known = names.map((name) => name.trim().toLowerCase());
  const unknown = known.filter((name) => !columns.includes(name as Column));
  if (unknown.length > 0) {
    const named = unknown.map((name) => (name === "" ? "one without a name" : name)).join(", ");
    throw new ImportProblem(`Unknown columns: ${named}. Known are ${columns.join(", ")}.`);
  }
  const twice = known.find((name, place) => known.indexOf(name) !== place);
  if (twice !== undefined) throw new ImportProblem(`The column ${twice} is there twice.`);
  if (!known.includes("time")) throw new ImportProblem("The column time is missing.");
  if (!["requests", "tokens", "input_tokens", "output_tokens"].some((name) => known.includes(name))) {
    throw new ImportProblem(
      "There is nothing to count: add a column requests, tokens, or input_tokens and output_tokens.",
    );
  }
  return known as Column[];
}

/**
 * Reads one line. Tokens that are told in one number count as input. `zone` is that of times without an offset; null where
 * none was said.
 * @throws ImportProblem in words that need no line number.
 */
export function readLine(
  fields: string[],
  { columns, zone, now }: { columns: Columns; zone: string | null; now: Date },
): ImportedLine {
  if (fields.length !== columns.length) {
    throw new ImportProblem(`It has ${fields.length} fields, and the first line names ${columns.length}.`);
  }
  const field = (column: Column) => {
    const place = columns.indexOf(column);
    const written = place === -1 ? "" : (fields[place] as string).trim();
    return written === "" ? null : written;
  };
  const [total, input, output] = [
    countIn(field("tokens"), "tokens", mostTokens),
    countIn(field("input_tokens"), "input_tokens", mostTokens),
    countIn(field("output_tokens"), "output_tokens", mostTokens),
  ];
  if (total !== null && input !== null && output !== null && total !== input + output) {
    throw new ImportProblem(`tokens (${total}) is not input_tokens and output_tokens together (${input + output}).`);
  }
  const requests = countIn(field("requests"), "requests", mostRequests) ?? 1;
  if (requests === 0) throw new ImportProblem("requests is 0: there is no call to count.");
  const outputTokens = output ?? (total !== null && input !== null ? total - input : 0);
  const inputTokens = input ?? (total ?? 0) - outputTokens;
  if (inputTokens < 0 || outputTokens < 0) throw new ImportProblem("tokens is less than a part of it.");
  return {
    at: instantIn(field("time"), zone, now),
    key: textIn(field("key"), "key"),
    user: textIn(field("user"), "user"),
    provider: textIn(field("provider"), "provider") ?? "import",
    model: textIn(field("model"), "model"),
    requests,
    inputTokens,
    outputTokens,
    costMicroUsd: countIn(field("cost_micro_usd"), "cost_micro_usd", mostTokens),
  };
}

function countIn(written: string | null, column: Column, most: number): number | null {
  if (written === null) return null;
  const count = Number(written);
  if (!/^\d{1,16}$/.test(written) || count > most) {
    throw new ImportProblem(`${column} must be a whole number from 0 to ${most}, not ${shown(written)}.`);
  }
  return count;
}

function textIn(written: string | null, column: Column): string | null {
  if (written?.includes("\uFFFD"))
    throw new ImportProblem(`${column} is not in UTF-8; save the file as “CSV UTF-8” first.`);
  if (written !== null && (written.length > 200 || /\p{Cc}/u.test(written) || !written.isWellFormed())) {
    throw new ImportProblem(`${column} must be a text of at most 200 characters.`);
  }
  return written;
}

/** @throws ImportProblem also for a local time that clocks skipped or repeated. */
function instantIn(written: string | null, zone: string | null, now: Date): Date {
  if (written === null) throw new ImportProblem("time is empty.");
  const at = new Date(parseTime(written, zone));
  if (at > now) throw new ImportProblem(`time ${shown(written)} is in the future.`);
  if (at < earliest) throw new ImportProblem(`time ${shown(written)} is before 2015.`);
  return at;
}

function parseTime(written: string, zone: string | null): number {
  const iso = written.replace(" ", "T");
  try {
    if (/(Z|[+-]\d{2}:?\d{2})$/i.test(iso) && iso.includes("T")) return Temporal.Instant.from(iso).epochMilliseconds;
  } catch {
    throw notATime(written);
  }
  if (zone === null) {
    throw new ImportProblem(`time ${shown(written)} has no offset such as Z or +02:00; say the zone of such times.`);
  }
  let local: Temporal.PlainDateTime;
  try {
    local = Temporal.PlainDateTime.from(iso);
  } catch {
    throw notATime(written);
  }
  try {
    return local.toZonedDateTime(zone, { disambiguation: "reject" }).epochMilliseconds;
  } catch {
    throw new ImportProblem(`time ${shown(written)} was skipped or there twice in ${zone}; write it with its offset.`);
  }
}

function notATime(written: string): ImportProblem {
  return new ImportProblem(`time ${shown(written)} is no time such as 2025-03-31T14:05:00Z.`);
}

function shown(written: string): string {
  return JSON.stringify(written.slice(0, 60));
}
