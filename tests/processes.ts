import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export type Ended = { code: number | null; stdout: string; stderr: string };

type Program = {
  env: Record<string, string>;
  options?: string[];
  /** Of another checkout, to which the file then belongs. */
  directory?: string;
};

export type Running = {
  process: ChildProcess;
  /** The first line of standard output that matches; fails when the process ends without one. */
  line(pattern: RegExp): Promise<string>;
  ended: Promise<Ended>;
};

/** Runs a TypeScript file of this project as a process of its own, with these variables and no other setting of ours. */
export function startProgram(file: string, { env, options = [], directory }: Program): Running {
  const child = spawn(process.execPath, ["--import", "tsx", file, ...options], {
    ...(directory === undefined ? {} : { cwd: directory }),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "production", ...env } as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, ...output }));

  const lines = createInterface({ input: child.stdout });
  const line = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      lines.on("line", (text) => pattern.test(text) && resolve(text));
      void ended.then(({ code, stderr }) => reject(new Error(`${file} ended with ${code}: ${stderr}`)));
    });
  return { process: child, line, ended };
}

export function runProgram(file: string, given: Program): Promise<Ended> {
  return startProgram(file, given).ended;
}
