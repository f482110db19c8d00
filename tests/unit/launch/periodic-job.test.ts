import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PeriodicJob } from "@/lib/launch/periodic-job";
import { log } from "@/lib/log";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const timing = { failure: "it could not be done", firstAfterMs: 60, everyMs: 100 };

test("a round begins so long after the one before has ended, and one that fails is told and takes nothing from the next", async () => {
  const warn = vi.spyOn(log(), "warn").mockImplementation(() => {});
  const rounds = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const work = vi.fn(() => rounds[work.mock.calls.length - 1]?.promise ?? Promise.resolve());
  const job = new PeriodicJob({ ...timing, work });
  job.start();
  await vi.advanceTimersByTimeAsync(59);
  expect(work).toHaveBeenCalledTimes(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(work).toHaveBeenCalledTimes(1);

  rounds[0]?.reject(new Error("away"));
  await vi.advanceTimersByTimeAsync(99);
  expect(warn).toHaveBeenCalledWith({ err: new Error("away") }, "it could not be done");
  expect(work).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(work).toHaveBeenCalledTimes(2);
  rounds[1]?.resolve();
  await job.stop();
});

test("stopping waits for the round that runs, which is told, and begins no other", async () => {
  const ending = Promise.withResolvers<void>();
  const work = vi.fn((stopping: AbortSignal) => {
    stopping.addEventListener("abort", () => setTimeout(ending.resolve, 20));
    return ending.promise;
  });
  const job = new PeriodicJob({ ...timing, work });
  job.start();
  await vi.advanceTimersByTimeAsync(60);
  let stopped = false;
  void job.stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(19);
  expect(stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(stopped).toBe(true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(work).toHaveBeenCalledTimes(1);
});
