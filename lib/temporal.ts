import type { Temporal } from "temporal-polyfill";

const { Temporal: native } = globalThis as { Temporal?: typeof Temporal };

/** What the runtime itself has where it has it: a browser then loads nothing for it. */
export const temporal = native ?? (await import("temporal-polyfill")).Temporal;
