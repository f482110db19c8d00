import { createReadStream } from "node:fs";
import { CsvError, parse } from "csv-parse";
import type pg from "pg";
import { findKeptFrom } from "../retention/kept-from";
import { CallMaker, type ImportedCall } from "./calls";
import { type Columns, type ImportedLine, ImportProblem, readHeader, readLine, requireZone } from "./lines";
import { addCalls, classifyCalls, ensureMonths, type ImportTenant, readKnownCallers } from "./store";

export type ImportReport = {
  dryRun: boolean;
  lines: number;
  calls: number;
  /** The others were there already. */
  added: number;
  /** Calls of earlier imports whose key is known by now. */
  classified: number;
  problems: { line: number; message: string }[];
  /** There are more than are listed. */
  truncated: boolean;
};

type ImportUsage = {
  path: string;
  tenant: ImportTenant;
  /** Of times without an offset; null where none was said. */
  zone: string | null;
  dryRun: boolean;
  now: Date;
  report?(progress: { lines: number; calls: number; added: number }): void;
  /** What has been done so far: it stays done, also where the rest of the file does not follow. */
  onWritten?(written: Pick<ImportReport, "added" | "classified">): void;
};

const shownProblems = 100;
const callsAtOnce = 2_000;
/** A file that stands for more has its columns mixed up, or can be parted. */
const mostCalls = 10_000_000;
const longestLine = 10_000;
const reportedLines = 20_000;

/**
 * Brings a client's use from before Sluice onto its ledger. The file is read twice: first all of it is checked, and where
 * anything in it is wrong nothing is written; then it is written, some thousand calls at a time, each time with all that is
 * counted of them. Broken off, it can be begun again: what is there already is passed over.
 */
export async function importUsage(
  client: pg.ClientBase,
  { path, tenant, zone, dryRun, now, report, onWritten }: ImportUsage,
): Promise<ImportReport> {
  const keptFrom = await findKeptFrom(client, { tenantId: tenant.id, now });
  const checked = await checkFile({ path, zone, now, keptFrom });
  const result = { ...checked.summary, dryRun, added: 0, classified: 0 };
  if (dryRun || result.problems.length > 0) return result;

  if (checked.span) await ensureMonths(client, checked.span);
  const maker = new CallMaker(tenant, await readKnownCallers(client, tenant.id));
  let batch: ImportedCall[] = [];
  let lines = 0;
  let calls = 0;
  const write = async () => {
    result.added += await addCalls(client, { tenant, calls: batch });
    onWritten?.(result);
    batch = [];
  };
  for await (const read of linesOf({ path, zone, now, keptFrom })) {
    if (!("value" in read)) continue;
    lines += 1;
    calls += read.value.requests;
    for (const call of maker.callsOf(read.value)) {
      batch.push(call);
      if (batch.length === callsAtOnce) await write();
    }
    if (lines % reportedLines === 0) report?.({ lines, calls, added: result.added });
  }
  if (batch.length > 0) await write();
  await classifyCalls(client, tenant, (classified) => {
    result.classified = classified;
    onWritten?.(result);
  });
  return result;
}

type FileOf = {
  path: string;
  zone: string | null;
  now: Date;
  /** Calls before it are not kept on this client's ledger; null when all are. */
  keptFrom: Date | null;
};

async function checkFile(file: FileOf) {
  const summary = { lines: 0, calls: 0, problems: [] as ImportReport["problems"], truncated: false };
  let [from, to]: [Date | null, Date | null] = [null, null];
  const complain = (problem: ImportReport["problems"][number]) => {
    if (summary.problems.length < shownProblems) summary.problems.push(problem);
    else summary.truncated = true;
  };
  for await (const read of linesOf(file)) {
    summary.lines += 1;
    if ("message" in read) {
      complain(read);
      continue;
    }
    const { at, requests } = read.value;
    if (summary.calls <= mostCalls && summary.calls + requests > mostCalls)
      complain({
        line: read.line,
        message: "The file stands for more than 10,000,000 calls; import it in parts, one after the other in time.",
      });
    summary.calls += requests;
    if (from === null || at < from) from = at;
    if (to === null || at > to) to = at;
  }
  return { summary, span: from && to && { from, to } };
}

type Read = { line: number; value: ImportedLine } | { line: number; message: string };

/** The lines after the first, each as it is understood or with what is wrong with it. What is wrong with all ends it. */
async function* linesOf({ path, zone, now, keptFrom }: FileOf): AsyncGenerator<Read, void, void> {
  let line = 1;
  let columns: Columns | null = null;
  try {
    if (zone !== null) requireZone(zone);
    const records = createReadStream(path).pipe(
      parse({ bom: true, skip_empty_lines: true, relax_column_count: true, info: true, max_record_size: longestLine }),
    );
    for await (const { record, info } of records as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      line = info.lines;
      if (columns === null) {
        columns = readHeader(record);
        continue;
      }
      yield understand(record, line, { columns, zone, now, keptFrom });
    }
    if (columns === null) throw new ImportProblem("The file is empty: its first line names the columns.");
  } catch (error) {
    if (error instanceof ImportProblem) yield { line, message: error.message };
    else if (error instanceof CsvError) yield { line: line + 1, message: `This is no CSV: ${error.message}` };
    else throw error;
  }
}

function understand(record: string[], line: number, given: Omit<FileOf, "path"> & { columns: Columns }): Read {
  try {
    const value = readLine(record, given);
    // Whether it had come before could not be told: the ledger knows it no more.
    if (given.keptFrom !== null && value.at < given.keptFrom)
      throw new ImportProblem(`Calls before ${given.keptFrom.toISOString().slice(0, 10)} (UTC) are not kept here.`);
    return { line, value };
  } catch (error) {
    if (error instanceof ImportProblem) return { line, message: error.message };
    throw error;
  }
}
