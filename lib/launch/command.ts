import { describeFailure } from "./line-error";

/** Runs a command of package.json: what it returns is printed, and its failure ends it with one line and code 1. */
export async function runCommand(command: (report: (line: string) => void) => Promise<string>): Promise<void> {
  try {
    console.log(await command((line) => console.error(line)));
  } catch (error) {
    console.error(describeFailure(error));
    process.exitCode = 1;
  }
  // The schema engine leaves a timer of ten seconds behind, which would hold the process.
  process.exit();
}
