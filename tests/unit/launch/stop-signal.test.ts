import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stopSignal } from "@/lib/launch/stop-signal";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const exit = vi.fn<(code?: number) => never>();
let stopped: Promise<void>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.spyOn(process, "exit").mockImplementation(exit as typeof process.exit);
  stopped = stopSignal(() => {});
});

afterEach(() => {
  for (const signal of signals) process.removeAllListeners(signal);
  vi.restoreAllMocks();
  vi.useRealTimers();
  exit.mockReset();
});

test.each(signals)("%s asks to stop, and the process may take its time", async (signal) => {
  process.emit(signal);
  await stopped;
  expect(exit).not.toHaveBeenCalled();
});

test("one Ctrl-C that arrives by several ways is one", async () => {
  process.emit("SIGINT");
  vi.advanceTimersByTime(900);
  process.emit("SIGINT");
  process.emit("SIGTERM");
  await stopped;
  expect(exit).not.toHaveBeenCalled();
});

test("a second Ctrl-C ends the process at once, with an error", async () => {
  process.emit("SIGINT");
  vi.advanceTimersByTime(1_000);
  process.emit("SIGINT");
  expect(exit).toHaveBeenCalledExactlyOnceWith(1);
});
