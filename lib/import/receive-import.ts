import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PoolClient } from "pg";
import { recordEvent } from "../audit/store";
import type { Actor } from "../auth/require-staff";
import { pool, prisma } from "../db/client";
import { AppError } from "../errors";
import { forgetRefusals } from "../metering/refusal-memory";
import { type ImportReport, importUsage } from "./import-usage";
import { findImportTenant } from "./store";

const maxBytes = 50 * 1024 * 1024;

type ReceiveImport = {
  tenantId: string;
  body: ReadableStream<Uint8Array> | null;
  zone: string | null;
  dryRun: boolean;
  actor: Actor;
  now: Date;
};

/**
 * Imports a file as it is uploaded; on disk meanwhile, as it is read twice. What of it was written is on the audit trail, also
 * where it broke off.
 * @throws AppError `not_found`; `too_large` beyond 50 MB; `invalid_request` without a body.
 */
export async function receiveImport({
  tenantId,
  body,
  zone,
  dryRun,
  actor,
  now,
}: ReceiveImport): Promise<ImportReport> {
  if (body === null) throw new AppError("invalid_request", "Send the CSV file as the body.");
  const tenant = await findImportTenant(pool(), { id: tenantId });
  if (tenant === null) throw new AppError("not_found", "There is no such client.");
  const directory = await mkdtemp(join(tmpdir(), "sluice-import-"));
  try {
    const path = join(directory, "usage.csv");
    await pipeline(Readable.fromWeb(body as never), atMost(maxBytes), createWriteStream(path, { mode: 0o600 }));
    let written = { added: 0, classified: 0 };
    const onWritten = ({ added, classified }: typeof written) => {
      written = { added, classified };
    };
    const record = async (after: Record<string, number | boolean>) => {
      const event = { action: "usage.imported", target: `tenant:${tenantId}`, before: null };
      await recordEvent(prisma(), { ...event, actor, now, tenantId, after });
      forgetRefusals(tenantId);
    };
    // Only now: a slow upload holds no connection that the console would wait for.
    const report = await withClient((client) =>
      importUsage(client, { path, tenant, zone, dryRun, now, onWritten }),
    ).catch(async (error) => {
      if (isAny(written)) await record({ ...written, brokeOff: true });
      throw error;
    });
    const { lines, calls } = report;
    if (isAny(written)) await record({ lines, calls, ...written });
    return report;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function isAny({ added, classified }: { added: number; classified: number }): boolean {
  return added > 0 || classified > 0;
}

async function withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  let failed = true;
  try {
    const result = await work(client);
    failed = false;
    return result;
  } finally {
    // One of which nothing is heard is of no use to the next one.
    client.release(failed);
  }
}

function atMost(bytes: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > bytes) done(new AppError("too_large", `The file is larger than ${bytes / 1024 / 1024} MB.`));
      else done(null, chunk);
    },
  });
}
