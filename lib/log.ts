import pino from "pino";
import { env } from "./env";
import { processSingleton } from "./process-singleton";

/** The log of this process: JSON lines on standard output. Secrets, prompts and answers are never given to it. */
export function log(): pino.Logger {
  // By the process's own stream: one of pino's ends the process where the log's disk is full, and hangs it on the way out.
  return processSingleton("log", () => pino({ level: env().LOG_LEVEL, base: null }, process.stdout));
}
