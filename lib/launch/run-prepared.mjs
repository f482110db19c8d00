// Brings the checkout to where it can run, then runs one of its programs on Node 24. Plain JavaScript, for any Node from
// 20.9 on; nothing need be installed yet.
//   node lib/launch/run-prepared.mjs tests/bench/run.ts …its arguments
import { spawn } from "node:child_process";
import { node, PrepareError, prepare, root } from "./prepare.mjs";

/** Ctrl-C reaches the program as well as us. It decides when to go; we go with it. */
const passedOn = ["SIGINT", "SIGTERM", "SIGHUP"];

const [program, ...given] = process.argv.slice(2);
// What a script is to read must stand alone on standard output.
if (given.includes("--json")) console.log = console.error;

try {
  await prepare({ build: true });
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof PrepareError ? error.message : error);
  process.exitCode = 1;
}

async function run() {
  // The channel tells the program when this process is gone, whatever ended it.
  const child = spawn(node, ["--import", "tsx", program, ...given], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of passedOn) process.on(signal, () => child.kill(signal));

  return await new Promise((fulfil, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => fulfil(code ?? 1));
  });
}
