import { globSync } from "node:fs";
import { join, resolve } from "node:path";
import { encode } from "next-auth/jwt";
import { env } from "@/lib/env";

const root = resolve(import.meta.dirname, "..");
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

export type Method = (typeof methods)[number];
const adminToken = "test-admin-token-0123456789";
process.env.SLUICE_ADMIN_TOKEN = adminToken;

/** Who asks: a script with the admin token (the default), nobody, the holder of a bearer token, or a user in a browser. */
export type Caller =
  | "script"
  | "nobody"
  | { bearer: string }
  | { user: { id: string; sessionVersion: number }; origin?: string | null };

type Call = { as?: Caller; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal };

// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what the tests look at
export type Answer = { status: number; headers: Headers; body: any };

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
type RouteFile = { path: string; pattern: RegExp; load(): Promise<Partial<Record<Method, Handler>>> };

/** Calls the route handler that Next would call for this path, and reads its JSON. */
export async function api(method: Method, pathAndQuery: string, call: Call = {}): Promise<Answer> {
  const response = await callRoute(method, pathAndQuery, call);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: bodyOf(response, text) };
}

/** The same, with the answer as it comes. A body that is a string or bytes is sent as it is. */
export async function callRoute(
  method: Method,
  pathAndQuery: string,
  { as = "script", body, headers = {}, signal }: Call = {},
): Promise<Response> {
  const url = new URL(pathAndQuery, "http://sluice.test");
  const { handler, params } = await findHandler(method, url.pathname);
  const request = new Request(url, {
    method,
    headers: { ...(await identify(as)), ...headers },
    ...(body !== undefined && { body: isRaw(body) ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  return await handler(request, { params: Promise.resolve(params) });
}

function isRaw(body: unknown): body is string | Uint8Array<ArrayBuffer> {
  return typeof body === "string" || body instanceof Uint8Array;
}

/** Every path template and method that the folder `app/api/<area>` answers: `/api/admin/plans/[planId]`, `PATCH`. */
export async function listEndpoints(area: string): Promise<{ method: Method; path: string }[]> {
  const found = await Promise.all(
    routeFiles
      .filter(({ path }) => path.startsWith(`/api/${area}`))
      .map(async ({ path, load }) => {
        const module = await load();
        return methods.filter((method) => module[method]).map((method) => ({ method, path }));
      }),
  );
  return found.flat();
}

function bodyOf(response: Response, text: string): unknown {
  if (text === "") return null;
  return response.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : text;
}

async function identify(as: Caller): Promise<Record<string, string>> {
  if (as === "nobody") return {};
  if (as === "script") return { authorization: `Bearer ${adminToken}` };
  if ("bearer" in as) return { authorization: `Bearer ${as.bearer}` };

  const { user, origin = "http://sluice.test" } = as;
  const token = await encode({ token: { sub: user.id, version: user.sessionVersion }, secret: env().AUTH_SECRET });
  return { cookie: `theme=dark; next-auth.session-token=${token}`, ...(origin !== null && { origin }) };
}

async function findHandler(
  method: Method,
  path: string,
): Promise<{ handler: Handler; params: Record<string, string> }> {
  const route = routeFiles.find(({ pattern }) => pattern.test(path));
  const handler = route && (await route.load())[method];
  if (!handler) throw new Error(`No route answers ${method} ${path}.`);
  return { handler, params: { ...route.pattern.exec(path)?.groups } };
}

/** Paths with fewer parameters come first, as in Next; catch-alls last. */
const routeFiles: RouteFile[] = globSync(
  "app/api/{admin,usage,playground,setup,health,auth,logo,openapi.json}/**/route.ts",
  {
    cwd: root,
  },
)
  .filter((file) => !file.includes("[...nextauth]"))
  .map((file) => {
    const path = `/${file.replace(/^app\//, "").replace(/\/route\.ts$/, "")}`;
    const pattern = path
      .replace(".", "\\.")
      .replace("/[[\\...unknown]]", "(/.*)?")
      .replace(/\[(\w+)\]/g, "(?<$1>[^/]+)");
    return { path, pattern: new RegExp(`^${pattern}$`), load: () => import(join(root, file)) };
  })
  .toSorted((a, b) => rank(a.path) - rank(b.path));

function rank(path: string): number {
  return path.includes("...") ? 100 : path.split("[").length;
}
