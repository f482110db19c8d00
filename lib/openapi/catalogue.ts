import { z } from "zod";
import { adminOperations } from "./admin-operations";
import { answers } from "./answers";
import type { Operation } from "./operation";
import { usageOperations } from "./usage-operations";

/** An endpoint as a person reads it. */
export type Entry = {
  method: string;
  path: string;
  summary: string;
  who: Operation["who"];
  query: Field[];
  input: Field[];
  answer: Field[];
  answerName: string;
};

/** `type` is told in a few words: `integer or null`, `list of string`. */
export type Field = { name: string; type: string; required: boolean };

export type Chapter = { title: string; entries: Entry[] };

/** The API's endpoints by what they are about, in reading order. */
export function listChapters(): Chapter[] {
  const entries = Object.entries({ ...adminOperations, ...usageOperations }).map(([endpoint, operation]) =>
    entryOf(endpoint, operation),
  );
  return [...Map.groupBy(entries, ({ path }) => titleOf(path))].map(([title, of]) => ({ title, entries: of }));
}

const titles: [prefix: RegExp, title: string][] = [
  [/^\/api\/admin\/tenants\/\{tenantId\}\/keys/, "Keys"],
  [/^\/api\/admin\/(team|tenants\/\{tenantId\}\/people)/, "People"],
  [/^\/api\/admin\/tenants/, "Clients"],
  [/^\/api\/admin\/plans/, "Plans"],
  [/^\/api\/admin\/providers/, "Providers and prices"],
  [/^\/api\/admin\/usage/, "Usage"],
  [/^\/api\/usage/, "Own usage"],
];

function titleOf(path: string): string {
  return titles.find(([prefix]) => prefix.test(path))?.[1] ?? "Agency";
}

function entryOf(endpoint: string, { summary, who, query, input, answer }: Operation): Entry {
  const [method, path] = endpoint.split(" ") as [string, string];
  const named = answer !== null && answer !== "csv";
  return {
    method,
    path,
    summary,
    who,
    query: query ? fieldsOf(z.toJSONSchema(query, { io: "input" })) : [],
    input: input && typeof input !== "string" ? fieldsOf(z.toJSONSchema(input, { io: "input" })) : [],
    answer: named ? fieldsOf(z.toJSONSchema(answers[answer])) : [],
    answerName: answer === null ? "204, empty" : answer === "csv" ? "a CSV file" : answer,
  };
}

type Schema = { [keyword: string]: unknown };

function fieldsOf(schema: Schema): Field[] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  const required = (schema.required ?? []) as string[];
  return properties.map(([name, of]) => ({ name, type: typeOf(of), required: required.includes(name) }));
}

function typeOf({ anyOf, enum: values, const: constant, type, format, items }: Schema): string {
  if (format === "date-time") return type === undefined || type === "string" ? "instant" : "instant or null";
  if (Array.isArray(anyOf)) return anyOf.map((each) => typeOf(each as Schema)).join(" or ");
  if (Array.isArray(values)) return values.join(" | ");
  if (constant !== undefined) return String(constant);
  if (type === "array") return `list of ${typeOf((items ?? {}) as Schema)}`;
  return Array.isArray(type) ? type.join(" or ") : typeof type === "string" ? type : "any";
}
