import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runCommand } from "@/lib/launch/command";
import { signals, stopSignal } from "@/lib/launch/stop-signal";

const exit = vi.fn<(code?: number) => never>();

beforeEach(() => {
  vi.spyOn(process, "exit").mockImplementation(exit as typeof process.exit);
});

afterEach(() => {
  for (const signal of signals) process.removeAllListeners(signal);
  vi.restoreAllMocks();
  exit.mockReset();
});

test.each(signals)("%s ends a command by an exit, which takes the database along that was started for it", (signal) => {
  void runCommand(() => new Promise(() => {}));
  process.emit(signal);
  expect(exit).toHaveBeenCalledExactlyOnceWith(1);
});

test("a command that listens for signals itself decides when it ends", async () => {
  let stopped = Promise.resolve();
  void runCommand((report) => {
    stopped = stopSignal(report);
    return new Promise(() => {});
  });
  process.emit("SIGINT");
  await stopped;
  expect(exit).not.toHaveBeenCalled();
});
