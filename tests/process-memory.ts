import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** The most that a process has taken since, beyond what it had; zero where the system does not tell. */
export function watchMemory({ process: { pid } }: { process: ChildProcess }): { grownBy(): number } {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return { grownBy: () => 0 };
  const read = (field: string) =>
    Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(status, "utf8"))?.[1]) * 1_024;
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  const before = read("VmRSS");
  return { grownBy: () => read("VmHWM") - before };
}
