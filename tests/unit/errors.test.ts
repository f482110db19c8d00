import { expect, test, vi } from "vitest";
import { failureOf } from "@/lib/gateway/failure";

test("a failure is known by its name also when it comes from another copy of the code, as Next bundles one", async () => {
  vi.resetModules();
  const { AppError } = await import("@/lib/errors");
  const error = new AppError("unavailable", "Try again.", { retryAfterSeconds: 7 });
  expect(failureOf(error)).toMatchObject({ status: 503, code: "unavailable", retryAfterSeconds: 7 });
  expect(error).toBeInstanceOf(AppError);
  expect(new Error("x")).not.toBeInstanceOf(AppError);
  expect({ name: "AppError" }).not.toBeInstanceOf(AppError);
});
