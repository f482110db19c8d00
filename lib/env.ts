import { z } from "zod";

function wholeNumber(least: number, most: number) {
  const expected = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, expected)
    .transform(Number)
    .refine((number) => number >= least && number <= most, expected);
}

function url(protocol: RegExp, expected: string) {
  return z.url({ protocol, error: `must be a URL that begins with ${expected}` });
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** AES-256 key: 32 bytes, written as 64 hex digits or in base64. */
const encryptionKey = z
  .string()
  .transform((text) => (/^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64")))
  .refine((bytes) => bytes.length === 32, "must be 32 bytes, as 64 hex digits or base64");

const schema = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().min(1).default("0.0.0.0"),
  /** What this installation keeps of its own: the embedded database, the secrets made at the first start. */
  DATA_DIR: z.string().min(1).default(".data"),
  DATABASE_URL: url(/^postgres(ql)?$/, "postgresql://"),
  AUTH_SECRET: z.string().min(32, "must have 32 characters or more"),
  ENCRYPTION_KEY: encryptionKey,
  /** While the key is being rotated: what was encrypted with it can still be read. */
  ENCRYPTION_KEY_PREVIOUS: encryptionKey.optional(),
  SLUICE_ADMIN_TOKEN: z.string().min(20, "must have 20 characters or more").optional(),
  /** Reads the metrics and nothing else. */
  SLUICE_METRICS_TOKEN: z.string().min(20, "must have 20 characters or more").optional(),
  PUBLIC_URL: url(/^https?$/, "https:// or http://").optional(),
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`).default("info"),
  /** How many proxies of the operator's own stand in front: so many entries of `x-forwarded-for` are believed. */
  SLUICE_PROXIES: wholeNumber(0, 10).default(0),
  /** How long a client may take nothing of its answer. */
  SLUICE_CLIENT_TIMEOUT_SECONDS: wholeNumber(1, 86_400).default(120),
  /** How much of large uploads is kept on disk at a time, under the system's directory for such files. Two at least have room. */
  SLUICE_UPLOAD_SPACE_MB: wholeNumber(50, 1_000_000).default(2048),
  /** Which hosts providers may be at: `public` shuts out the agency's own networks, loopback included. */
  SLUICE_UPSTREAM_HOSTS: z.enum(["any", "public"], "must be any or public").default("any"),
  /** How long a provider may take to begin its answer, and between two pieces of it. */
  SLUICE_UPSTREAM_TIMEOUT_SECONDS: wholeNumber(1, 86_400).default(600),
  /** By which mails go out; without it links are handed over by hand. */
  SMTP_URL: url(/^smtps?$/, "smtp:// or smtps://").optional(),
  /** The sender of mails. */
  SMTP_FROM: z.string().min(3).optional(),
  /** The agency's identity provider (OpenID Connect), as its discovery document names it. */
  OIDC_ISSUER: url(/^https?$/, "https:// or http://").optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** What it is called on the sign-in page. */
  OIDC_NAME: z.string().min(1).max(60).default("your organisation"),
  /** Whether every address it tells belongs to whoever it is told for, also where it does not call it verified. */
  OIDC_TRUST_EMAIL: z.enum(["true", "false"], "must be true or false").default("false"),
  /** How long a server that is told to stop waits for the calls that are open. */
  SLUICE_DRAIN_SECONDS: wholeNumber(0, 3600).default(30),
});

export type Env = z.infer<typeof schema>;

/** Before the launcher has started the embedded database and made the secrets, these may be missing. */
const launchSchema = schema.partial({ DATABASE_URL: true, AUTH_SECRET: true, ENCRYPTION_KEY: true });

export type LaunchEnv = z.infer<typeof launchSchema>;

let parsed: Env | undefined;

/**
 * The configuration of this process, read once. The launcher fills in what an installation with its own database
 * leaves out (`DATABASE_URL`, `AUTH_SECRET`, `ENCRYPTION_KEY`).
 * @throws Error with one line that names each missing or wrong variable.
 */
export function env(): Env {
  parsed ??= parseEnv(process.env);
  return parsed;
}

type Variables = Record<string, string | undefined>;

/** @throws Error with one line that names each missing or wrong variable, never its value. */
export function parseEnv(variables: Variables): Env {
  return parse(schema, variables);
}

/** The same for the launcher, which fills in what an installation with its own database leaves out. */
export function parseLaunchEnv(variables: Variables): LaunchEnv {
  return parse(launchSchema, variables);
}

function parse<Schema extends z.ZodType>(schema: Schema, variables: Variables): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const result = schema.safeParse(given);
  const problems = result.success ? missingCompanions(given) : problemsOf(result.error, given);
  if (result.success && problems.length === 0) return result.data;
  throw new Error(`Wrong environment: ${problems.join("; ")}.`);
}

function problemsOf(error: z.ZodError, given: Variables): string[] {
  return error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return given[name] === undefined ? `${name} is required` : `${name} ${issue.message}`;
  });
}

/**
 * What each of these needs beside it. Links in mails, and the way back from an identity provider, need an address of this
 * installation that no request can forge.
 */
const companions: Record<string, string[]> = {
  SMTP_URL: ["SMTP_FROM", "PUBLIC_URL"],
  OIDC_ISSUER: ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "PUBLIC_URL"],
  OIDC_CLIENT_ID: ["OIDC_ISSUER"],
  OIDC_CLIENT_SECRET: ["OIDC_ISSUER"],
};

function missingCompanions(given: Variables): string[] {
  return Object.entries(companions)
    .filter(([name]) => given[name] !== undefined)
    .flatMap(([name, needed]) =>
      needed.filter((other) => given[other] === undefined).map((other) => `${other} is required with ${name}`),
    );
}
