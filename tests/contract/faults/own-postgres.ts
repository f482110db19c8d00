import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@/lib/db/migrate";
import { type EmbeddedPostgres, startPostgres } from "@/lib/launch/postgres";

/** A PostgreSQL of the test's own, which it may stop and start again in the same place. */
export class OwnPostgres {
  private running: EmbeddedPostgres | null = null;

  private constructor(private readonly directory: string) {}

  static async create(): Promise<OwnPostgres> {
    const directory = await mkdtemp(join(tmpdir(), "sluice-fault-"));
    // PostgreSQL's account must be able to enter it when root runs the tests.
    await chmod(directory, 0o755);
    const created = new OwnPostgres(directory);
    await created.start();
    await migrate({ databaseUrl: created.url });
    return created;
  }

  url = "";

  async start(): Promise<void> {
    const port = this.url === "" ? {} : { port: Number(new URL(this.url).port) };
    this.running = await startPostgres({ dataDirectory: this.directory, report: () => {}, ...port });
    this.url = this.running.url;
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    this.running = null;
  }

  /** Ends all its processes at once, as a power cut would. Whoever keeps it running starts it again. */
  async crash(): Promise<void> {
    const [pid] = (await readFile(join(this.directory, "postgres/postmaster.pid"), "utf8")).split("\n");
    process.kill(Number(pid), "SIGQUIT");
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
