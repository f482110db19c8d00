import { expect, test } from "vitest";
import { parseEnv, parseLaunchEnv } from "@/lib/env";

const complete = {
  DATABASE_URL: "postgresql://sluice:secret@db.example:5432/sluice",
  AUTH_SECRET: "a".repeat(32),
  ENCRYPTION_KEY: "ab".repeat(32),
};

test("what is left out has its default", () => {
  expect(parseEnv(complete)).toMatchObject({
    PORT: 3000,
    HOST: "0.0.0.0",
    DATA_DIR: ".data",
    LOG_LEVEL: "info",
    SLUICE_DRAIN_SECONDS: 30,
  });
});

test("an empty variable counts as one that is not set", () => {
  expect(parseEnv({ ...complete, PORT: "", PUBLIC_URL: "" })).toEqual(parseEnv(complete));
});

test.each([
  { name: "PORT", value: "http", problem: "PORT must be a whole number from 0 to 65535" },
  { name: "PORT", value: "65536", problem: "PORT must be a whole number from 0 to 65535" },
  { name: "PORT", value: "3e3", problem: "PORT must be a whole number from 0 to 65535" },
  { name: "PORT", value: "-1", problem: "PORT must be a whole number from 0 to 65535" },
  { name: "DATABASE_URL", value: "mysql://db/x", problem: "DATABASE_URL must be a URL that begins with postgresql://" },
  { name: "AUTH_SECRET", value: "short", problem: "AUTH_SECRET must have 32 characters or more" },
  {
    name: "ENCRYPTION_KEY",
    value: "ab".repeat(31),
    problem: "ENCRYPTION_KEY must be 32 bytes, as 64 hex digits or base64",
  },
  { name: "SLUICE_ADMIN_TOKEN", value: "guessable", problem: "SLUICE_ADMIN_TOKEN must have 20 characters or more" },
  {
    name: "PUBLIC_URL",
    value: "sluice.example",
    problem: "PUBLIC_URL must be a URL that begins with https:// or http://",
  },
  {
    name: "LOG_LEVEL",
    value: "loud",
    problem: "LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent",
  },
  {
    name: "SLUICE_DRAIN_SECONDS",
    value: "3601",
    problem: "SLUICE_DRAIN_SECONDS must be a whole number from 0 to 3600",
  },
])("$name=$value is refused by its name", ({ name, value, problem }) => {
  expect(() => parseEnv({ ...complete, [name]: value })).toThrow(`Wrong environment: ${problem}.`);
});

test("every problem is named in one line, and no value is in it", () => {
  const wrong = { ...complete, PORT: "canary-1", AUTH_SECRET: "canary-2", ENCRYPTION_KEY: undefined };
  const complaint = messageOf(() => parseEnv(wrong));
  expect(complaint).toMatch(/PORT .*; AUTH_SECRET .*; ENCRYPTION_KEY is required\.$/);
  expect(complaint).not.toMatch(/canary|\n/);
});

test("the launcher can do without what it makes itself, but takes nothing wrong", () => {
  expect(parseLaunchEnv({})).toMatchObject({ PORT: 3000, DATA_DIR: ".data" });
  expect(() => parseLaunchEnv({ ENCRYPTION_KEY: "ab" })).toThrow("ENCRYPTION_KEY must be 32 bytes");
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("It did not throw.");
}

test("mails need a sender and a public address", () => {
  const SMTP_URL = "smtp://mail.example:587";
  expect(() => parseEnv({ ...complete, SMTP_URL })).toThrow(
    "Wrong environment: SMTP_FROM is required with SMTP_URL; PUBLIC_URL is required with SMTP_URL.",
  );
  expect(() => parseEnv({ ...complete, SMTP_URL: "mail.example" })).toThrow("SMTP_URL must be a URL that begins with");
  const mail = { SMTP_URL, SMTP_FROM: "Sluice <ai@example.com>", PUBLIC_URL: "https://ai.example.com" };
  expect(parseEnv({ ...complete, ...mail })).toMatchObject(mail);
});

test("half an identity provider is refused, whichever half is missing", () => {
  const OIDC_ISSUER = "https://id.example.com";
  expect(() => parseEnv({ ...complete, OIDC_ISSUER })).toThrow(
    "OIDC_CLIENT_ID is required with OIDC_ISSUER; OIDC_CLIENT_SECRET is required with OIDC_ISSUER; PUBLIC_URL is required",
  );
  expect(() => parseEnv({ ...complete, OIDC_CLIENT_ID: "sluice" })).toThrow(
    "Wrong environment: OIDC_ISSUER is required with OIDC_CLIENT_ID.",
  );
});
