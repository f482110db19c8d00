// `npm start` and, with `--dev`, `npm run dev`. Plain JavaScript, for any Node from 20.9 on; nothing need be installed yet.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { node, PrepareError, prepare, root } from "./prepare.mjs";

const development = process.argv.includes("--dev");

/** Ctrl-C reaches the server as well as us. It decides when to go; we go with it. */
const passedOn = ["SIGINT", "SIGTERM", "SIGHUP"];

try {
  await prepare({ build: !development });
  process.exitCode = await runServer();
} catch (error) {
  console.error(error instanceof PrepareError ? error.message : error);
  process.exitCode = 1;
}

async function runServer() {
  // The channel tells the server when this process is gone, whatever ended it.
  const settings = existsSync(join(root, ".env")) ? ["--env-file=.env"] : [];
  const server = spawn(node, [...settings, "--enable-source-maps", "--import", "tsx", "server.ts"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: development ? "development" : "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of passedOn) process.on(signal, () => server.kill(signal));

  return await new Promise((fulfil, reject) => {
    server.once("error", reject);
    server.once("exit", (code, signal) => {
      if (signal !== null) console.error(`The server was ended by ${signal}.`);
      fulfil(code ?? 1);
    });
  });
}
