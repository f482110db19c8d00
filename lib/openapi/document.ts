import { z } from "zod";
import { adminOperations } from "./admin-operations";
import { answers } from "./answers";
import type { Audience, Operation } from "./operation";
import { proxyPaths } from "./proxy-paths";
import { usageOperations } from "./usage-operations";

type Json = Record<string, unknown>;

/** The API in the words of OpenAPI 3.1, made from the schemas with which it checks what it is given. */
export function describeApi(): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "Sluice",
      version: "1",
      description:
        "Metered access to AI providers for an agency's clients. Tokens, requests and cost are whole numbers, cost in " +
        "micro-USD; instants are ISO 8601 in UTC. On a limit null is unlimited and 0 lets nothing pass; where something is " +
        "made, null in any other field is as good as leaving it out.",
    },
    tags: [
      { name: "Administration", description: "For the agency's staff and its scripts." },
      { name: "Own usage", description: "For a client's users and the holders of its keys." },
      { name: "Proxy", description: "For a client's apps." },
    ],
    paths: { ...pathsOf("Administration", adminOperations), ...pathsOf("Own usage", usageOperations), ...proxyPaths },
    components: {
      schemas: answerSchemas(),
      securitySchemes: {
        adminToken: { type: "http", scheme: "bearer", description: "A token of a script of the agency's." },
        apiKey: { type: "http", scheme: "bearer", bearerFormat: "slc_…", description: "A client's key." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "next-auth.session-token",
          description: "A browser's sign-in; over https its name begins with `__Secure-`.",
        },
      },
    },
  };
}

const whoMay: Record<Audience, string> = {
  viewer: "Any member of the staff, and any token.",
  admin: "Owners, admins and tokens that may write.",
  owner: "Owners, and the admin token of the installation.",
  client: "A client's users and the holders of its keys; staff name the client.",
  manager: "A client's managers who are signed in.",
};

function pathsOf(tag: string, operations: Record<string, Operation>): Record<string, Json> {
  const paths: Record<string, Json> = {};
  for (const [endpoint, operation] of Object.entries(operations)) {
    const [method, path] = endpoint.split(" ") as [string, string];
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOperation({ tag, method, path, operation }) };
  }
  return paths;
}

function securityOf(who: Audience): Json[] {
  const session = { session: [] };
  if (who === "manager") return [session];
  return [...(who === "client" ? [{ apiKey: [] }] : []), { adminToken: [] }, session];
}

type Described = { tag: string; method: string; path: string; operation: Operation };

function describeOperation({ tag, method, path, operation }: Described): Json {
  const { summary, who, input } = operation;
  return {
    tags: [tag],
    operationId: idOf(method, path),
    summary,
    description: whoMay[who],
    security: securityOf(who),
    parameters: [
      ...pathParameters(path),
      ...queryParameters(operation.query),
      ...headerParameters({ method, operation }),
    ],
    ...(input && { requestBody: describeBody(input) }),
    responses: { ...answerOf(operation), ...refusalsOf({ method, path, operation }) },
  };
}

function describeBody(input: NonNullable<Operation["input"]>): Json {
  if (input === "image")
    return { required: true, content: { "image/*": { schema: { type: "string", format: "binary" } } } };
  if (input === "csv") return { required: true, content: { "text/csv": { schema: { type: "string" } } } };
  return { required: !input.safeParse({}).success, content: json(inputSchema(input)) };
}

/** `GET /api/admin/plans/{planId}` is `getAdminPlansPlanId`. */
function idOf(method: string, path: string): string {
  const words = path
    .replace("/api/", "")
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== "");
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", format: "uuid" },
  }));
}

function queryParameters(query: z.ZodObject | undefined): Json[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = inputSchema(query) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

function headerParameters({ method, operation }: Pick<Described, "method" | "operation">): Json[] {
  const headers: [name: string, description: string][] = [];
  if (takesKey(method))
    headers.push([
      "Idempotency-Key",
      "Sent again within 24 hours, the same request is not done again but answered the same.",
    ]);
  if (takesVersion(method, operation))
    headers.push(["If-Match", "The `ETag` of what the change is meant for: of anything newer nothing is changed."]);
  return headers.map(([name, description]) => ({ name, in: "header", description, schema: { type: "string" } }));
}

function takesKey(method: string): boolean {
  return method === "POST";
}

function takesVersion(method: string, { versioned }: Operation): boolean {
  return versioned === true && (method === "PATCH" || method === "PUT");
}

function answerOf({ answer, creates, versioned }: Operation): Json {
  if (answer === "csv")
    return {
      200: {
        description: "A file in UTF-8, with a byte order mark for spreadsheets.",
        content: { "text/csv": { schema: { type: "string" } } },
      },
    };
  const etag = { ETag: { description: "The version of what can be edited.", schema: { type: "string" } } };
  const done = { description: "It is done.", ...(versioned && { headers: etag }) };
  if (answer === null) return { 204: done };
  return { [creates ? 201 : 200]: { ...done, content: json(refTo(answer)) } };
}

function refusalsOf({ method, path, operation }: Omit<Described, "tag">): Json {
  const changes = method !== "GET";
  const named = path.includes("{") || method === "DELETE" || operation.who === "client" || operation.who === "manager";
  const refusals: [status: number, description: string, applies: boolean][] = [
    [400, "What was sent has another shape; `fields` says where.", true],
    [401, "Nobody is signed in, or the token is unknown.", true],
    [403, "The role does not allow it, or a browser sent it from another site.", operation.who !== "client" || changes],
    [404, "There is nothing of this name, or it belongs to somebody else.", named],
    [409, "As things are it cannot be done.", changes],
    [412, "It was changed since it was seen.", takesVersion(method, operation)],
    [413, "The body is too large.", operation.input !== undefined],
    [422, "The Idempotency-Key was sent with another request before.", takesKey(method)],
    [429, "Too many wrong tokens or keys came from this address; `retry-after` says when to try again.", true],
    [503, "The database cannot be reached; `retry-after` says when to try again.", true],
  ];
  const applying = refusals.filter(([, , applies]) => applies);
  return Object.fromEntries(
    applying.map(([status, description]) => [status, { description, content: json(refusalSchema(status, operation)) }]),
  );
}

function refusalSchema(status: number, { judgement }: Operation): Json {
  const error = refTo("Error");
  return status === 400 && judgement ? { anyOf: [refTo(judgement), error] } : error;
}

function answerSchemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(answers)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, bare(schema)]));
}

function inputSchema(schema: z.ZodType): Json {
  return bare(z.toJSONSchema(schema, { io: "input" }));
}

/** A part of a document says neither its dialect nor its address. */
function bare({ $schema: _, $id: __, ...schema }: Json): Json {
  return schema;
}

function json(schema: Json): Json {
  return { "application/json": { schema } };
}

function refTo(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}
