import { describeFailure } from "./line-error";
import { signals } from "./stop-signal";

/**
 * Runs a command of package.json: what it returns is printed, and its failure ends it with one line and code 1. So does a signal,
 * and with it the database that was started for it, unless the command listens for signals itself.
 */
export async function runCommand(command: (report: (line: string) => void) => Promise<string>): Promise<void> {
  for (const signal of signals) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(1);
    });
  }
  try {
    console.log(await command((line) => console.error(line)));
  } catch (error) {
    console.error(describeFailure(error));
    process.exitCode = 1;
  }
  // The schema engine leaves a timer of ten seconds behind, which would hold the process.
  process.exit();
}
