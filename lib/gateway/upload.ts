import { AppError } from "../errors";
import { processSingleton } from "../process-singleton";
import type { BodyReader } from "../providers/body-reader";
import { LargeBody } from "../providers/large-body";
import type { RequestBody } from "../providers/request-body";
import { Spool } from "./spool";

/** A body up to this size is kept in memory, a larger one on disk. */
const heldBytes = 256 * 1024;
/** What is kept so of all that are still coming: beyond, a smaller one goes to disk as well. */
const heldOfAll = 64 * 1024 * 1024;

/** Who sends a body, and what reads a large one while it comes; null where there is nothing to read in it. */
export type BodyReading = { tenantId: string; reader(): BodyReader | null };

type Expected = { mostBytes: number; announcedBytes: number; reading: BodyReading };

/** A body that is being sent. */
export class Upload {
  private readonly chunks: Uint8Array[] = [];
  private size = 0;
  /** How much of it counts as kept in memory while it is coming. */
  private held = 0;
  private large: LargeUpload | null = null;

  /** @throws AppError `too_large` when it is announced to be. */
  constructor(private readonly expected: Expected) {
    if (expected.announcedBytes > expected.mostBytes) throw this.tooLarge();
  }

  /** Resolves when there may be more; null where that is at once. @throws AppError, or rejects with it, as `readBody` does. */
  push(chunk: Uint8Array): Promise<void> | null {
    const { mostBytes, announcedBytes, reading } = this.expected;
    this.size += chunk.length;
    if (this.size > mostBytes) throw this.tooLarge();
    if (this.large) return this.large.push(chunk);

    this.chunks.push(chunk);
    this.held += chunk.length;
    const coming = comingUploads();
    coming.heldBytes += chunk.length;
    if (this.size <= heldBytes && announcedBytes <= heldBytes && coming.heldBytes <= heldOfAll) return null;
    this.large = new LargeUpload(reading);
    this.letGo();
    return this.large.begin(this.chunks.splice(0));
  }

  /** @throws AppError `invalid_request` when a large one cannot be metered. */
  end(): RequestBody {
    this.letGo();
    if (this.large) return this.large.end();
    const [first] = this.chunks;
    return this.chunks.length === 1 && Buffer.isBuffer(first) ? first : Buffer.concat(this.chunks);
  }

  /** It will not come to its end, or is of no use. */
  discard(): void {
    this.letGo();
    this.large?.discard();
  }

  private letGo(): void {
    comingUploads().heldBytes -= this.held;
    this.held = 0;
  }

  private tooLarge(): AppError {
    return new AppError("too_large", `The request body is larger than ${this.expected.mostBytes / 1024 / 1024} MB.`);
  }
}

function comingUploads(): { heldBytes: number } {
  return processSingleton("gateway.uploads", () => ({ heldBytes: 0 }));
}

/** A body that is written to disk, and read on the way there. */
class LargeUpload {
  private readonly tenantId: string;
  private readonly reader: BodyReader | null;
  private spool: Spool | null = null;
  private size = 0;
  private isOver = false;

  constructor({ tenantId, reader }: BodyReading) {
    this.tenantId = tenantId;
    this.reader = reader();
  }

  async begin(chunks: Uint8Array[]): Promise<void> {
    const spool = await Spool.open(this.tenantId);
    if (this.isOver) return spool.release();
    this.spool = spool;
    for (const chunk of chunks) await this.push(chunk);
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (!this.spool) return;
    this.size += chunk.length;
    this.reader?.push(chunk);
    await this.spool.write(chunk);
  }

  end(): LargeBody {
    const content = this.reader?.end() ?? null;
    return new LargeBody(this.spool as Spool, this.size, content);
  }

  discard(): void {
    this.isOver = true;
    this.spool?.release();
    this.spool = null;
  }
}
