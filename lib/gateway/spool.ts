import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "../env";
import { AppError } from "../errors";
import { log } from "../log";
import { processSingleton } from "../process-singleton";
import type { StoredBytes } from "../providers/large-body";

const readBytes = 64 * 1024;
const megabyte = 1024 * 1024;

/** How many bytes of uploads this process keeps on disk at the moment, in all and of each client. */
function spooled(): { bytes: number; of: Map<string, number> } {
  return processSingleton("gateway.spool", () => ({ bytes: 0, of: new Map() }));
}

/**
 * An upload on disk. Its file has no name any more as soon as it is open, so that it is gone with the last who holds it, and
 * with this process, however it ends.
 */
export class Spool implements StoredBytes {
  private length = 0;
  private holders = 1;

  private constructor(
    private readonly file: FileHandle,
    private readonly tenantId: string,
  ) {}

  /** @throws AppError `unavailable` when no file can be made. */
  static async open(tenantId: string): Promise<Spool> {
    try {
      const path = join(tmpdir(), `sluice-upload-${randomUUID()}`);
      const file = await open(path, "wx+", 0o600);
      await unlink(path);
      return new Spool(file, tenantId);
    } catch (cause) {
      throw noRoom(cause);
    }
  }

  /** @throws AppError `unavailable` when there is no room for it. */
  async write(chunk: Uint8Array): Promise<void> {
    const { bytes, of } = spooled();
    const free = env().SLUICE_UPLOAD_SPACE_MB * megabyte - bytes - chunk.length;
    // No client takes more than it leaves free: however many uploads one begins, there is room for those of another.
    if ((of.get(this.tenantId) ?? 0) + chunk.length > free) throw noRoom(null);
    this.account(chunk.length);
    try {
      await this.file.writeFile(chunk);
    } catch (cause) {
      throw noRoom(cause);
    }
  }

  async *read(start: number, end: number): AsyncGenerator<Buffer, void, void> {
    for (let at = start; at < end; ) {
      const piece = Buffer.allocUnsafeSlow(Math.min(readBytes, end - at));
      const { bytesRead } = await this.file.read(piece, 0, piece.length, at);
      if (bytesRead === 0) throw new Error("An upload on disk is shorter than what was written of it.");
      yield piece.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  hold(): void {
    this.holders += 1;
  }

  release(): void {
    this.holders -= 1;
    if (this.holders > 0) return;
    this.account(-this.length);
    void this.file.close().catch((error: unknown) => log().error({ err: error }, "an upload's file cannot be closed"));
  }

  private account(bytes: number): void {
    const space = spooled();
    const ofClient = (space.of.get(this.tenantId) ?? 0) + bytes;
    if (ofClient > 0) space.of.set(this.tenantId, ofClient);
    else space.of.delete(this.tenantId);
    space.bytes += bytes;
    this.length += bytes;
  }
}

function noRoom(cause: unknown): AppError {
  if (cause !== null) log().error({ err: cause }, "an upload cannot be kept on disk");
  return new AppError("unavailable", "There is no room here for so large an upload at the moment. Try again shortly.", {
    cause,
    retryAfterSeconds: 10,
  });
}
