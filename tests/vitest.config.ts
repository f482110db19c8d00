import { resolve } from "node:path";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

/** What `lib/env.ts` asks for; the database comes from `useDatabase()`. */
const testEnvironment = {
  AUTH_SECRET: "test-auth-secret-0123456789-0123456789",
  ENCRYPTION_KEY: "ab".repeat(32),
  LOG_LEVEL: "silent",
};

const root = resolve(import.meta.dirname, "..");

/** Who takes so long does not come back; a busy machine makes any test take many times its usual time. */
const hungMs = 300_000;

/** One after the other, the quick ones first: they would take each other's processor time. */
const projects: TestProjectInlineConfiguration[] = [
  {
    extends: true,
    root,
    test: {
      name: "unit",
      include: ["tests/unit/**/*.test.{ts,tsx}"],
      // Never connected to: what reads the environment, as the log does, asks for it.
      env: { DATABASE_URL: "postgresql://127.0.0.1:9/none" },
      testTimeout: hungMs,
      sequence: { groupOrder: 0 },
    },
  },
  {
    extends: true,
    root,
    test: {
      name: "integration",
      include: ["tests/integration/**/*.test.ts"],
      globalSetup: "tests/start-database.ts",
      setupFiles: "tests/set-up.ts",
      testTimeout: hungMs,
      hookTimeout: hungMs,
      sequence: { groupOrder: 1 },
    },
  },
  {
    extends: true,
    root,
    test: {
      name: "contract",
      include: ["tests/contract/**/*.test.ts"],
      globalSetup: "tests/start-database.ts",
      setupFiles: "tests/set-up.ts",
      testTimeout: hungMs,
      hookTimeout: hungMs,
      sequence: { groupOrder: 2 },
    },
  },
];

export default defineConfig({
  root,
  resolve: { alias: { "@": root } },
  test: {
    projects,
    maxWorkers: 2,
    env: testEnvironment,
    expect: { poll: { timeout: 120_000 } },
    teardownTimeout: 60_000,
  },
});
