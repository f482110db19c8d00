import type { Connection, Submittable } from "pg";

type Told = { resolve(answer: string): void; reject(error: Error): void };

/**
 * Executes a statement that has been prepared under its name, and that answers one row with one text (null as an empty one). pg's own query asks
 * the server each time what its columns are, and looks up how to read them: at one call per statement that is a good part
 * of the round trip. No function is made for a statement: V8 kept those, and what they hold, until it next collects everything.
 */
export class PreparedStatement implements Submittable {
  private answer = "";

  constructor(
    private readonly name: string,
    private readonly values: (string | null)[],
    private readonly told: Told,
  ) {}

  submit(connection: Connection): void {
    connection.stream.cork();
    try {
      connection.bind({ statement: this.name, values: this.values }, true);
      connection.execute(null, true);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    this.answer = fields[0] ?? "";
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.told.resolve(this.answer);
  }

  handleError(error: Error): void {
    this.told.reject(error);
  }
}
