// Brings the checkout to where it can run, then runs one of its programs on Node 24: `npm start` and most other scripts of
// package.json. Plain JavaScript, for any Node from 20.9 on; nothing need be installed yet.
//   node lib/launch/run-prepared.mjs [--no-pages] [--dev] [PROGRAM [its arguments]]
// `--no-pages` leaves out the build of the pages; `--dev` does too and runs the program in development mode.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { node, prepare, root, serverArguments } from "./prepare.mjs";
import { PrepareError } from "./prepare-error.mjs";

/** Ctrl-C reaches the program as well as us. It decides when to go; we go with it. */
const passedOn = ["SIGINT", "SIGTERM", "SIGHUP"];

const programAt = process.argv.findIndex((argument, index) => index > 1 && !argument.startsWith("--"));
const options = process.argv.slice(2, programAt === -1 ? undefined : programAt);
const program = programAt === -1 ? null : process.argv.slice(programAt);
const development = options.includes("--dev");
const isServer = program?.[0] === "server.ts" && !development;
// What a script is to read stands alone on standard output.
if (program?.includes("--json")) console.log = console.error;

try {
  await prepare({ build: !development && !options.includes("--no-pages") });
  if (program !== null)
    process.exitCode = await run(isServer ? serverArguments : ["--enable-source-maps", "--import", "tsx", ...program]);
} catch (error) {
  console.error(error instanceof PrepareError ? error.message : error);
  process.exitCode = 1;
}

async function run(command) {
  const settings = existsSync(join(root, ".env")) ? ["--env-file=.env"] : [];
  // The channel tells the program when this process is gone, whatever ended it.
  const child = spawn(node, [...settings, ...command], {
    cwd: root,
    env: { ...process.env, NODE_ENV: development ? "development" : "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  let asked = false;
  for (const signal of passedOn) {
    process.on(signal, () => {
      asked = true;
      child.kill(signal);
    });
  }

  return await new Promise((fulfil, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      // Asked while it was still loading, it has nothing to stop and ends by the signal itself.
      if (signal !== null && asked) return fulfil(0);
      if (signal !== null) console.error(`${program[0]} was ended by ${signal}.`);
      fulfil(code ?? 1);
    });
  });
}
