import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const blockBytes = 64 * 1024;

/** A disk of the test's own, in memory, that can be filled to the last byte. */
export class SmallDisk {
  readonly directory = mkdtempSync(join(tmpdir(), "sluice-disk-"));
  private readonly ballast = join(this.directory, "ballast");

  /** Null where this user may not mount one. */
  static mount(megabytes: number): SmallDisk | null {
    const disk = new SmallDisk();
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", disk.directory], { stdio: "ignore" });
      chmodSync(disk.directory, 0o755);
      return disk;
    } catch {
      rmSync(disk.directory, { recursive: true });
      return null;
    }
  }

  async fill(): Promise<void> {
    const file = await open(this.ballast, "a");
    try {
      for (let bytes = blockBytes; bytes >= 1; ) {
        const written = await file.write(Buffer.alloc(bytes, 1)).catch(() => null);
        if (written === null) bytes = Math.floor(bytes / 2);
      }
    } finally {
      await file.close();
    }
  }

  async free(): Promise<void> {
    await rm(this.ballast, { force: true });
  }

  unmount(): void {
    execFileSync("umount", ["-l", this.directory]);
    rmSync(this.directory, { recursive: true });
  }
}
