import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65535);

/** AES-256 key: 32 bytes, written as 64 hex digits or in base64. */
const encryptionKey = z
  .string()
  .transform((text) => (/^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64")))
  .refine((bytes) => bytes.length === 32, "must be 32 bytes, as 64 hex digits or base64");

const schema = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).default("0.0.0.0"),
  /** What this installation keeps of its own: the embedded database, the secrets made at the first start. */
  DATA_DIR: z.string().min(1).default(".data"),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  AUTH_SECRET: z.string().min(32, "must have 32 characters or more"),
  ENCRYPTION_KEY: encryptionKey,
  SLUICE_ADMIN_TOKEN: z.string().min(20, "must have 20 characters or more").optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
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
  if (result.success) return result.data;

  const problems = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return given[name] === undefined ? `${name} is required` : `${name} ${issue.message}`;
  });
  throw new Error(`Wrong environment: ${problems.join("; ")}.`);
}
