import { AppError } from "../errors";
import { isObject, type Json, objectsIn } from "./json";
import { Cut } from "./json-outline";

/**
 * Members by which routers and gateways are told of models that may answer in a model's place (OpenRouter's `models` and
 * presets, LiteLLM's fallbacks), or of settings that take the place of the request's own.
 */
const routing = new Set([
  "models",
  "preset",
  "fallback",
  "fallbacks",
  "fallback_model",
  "fallback_models",
  "model_fallbacks",
  "context_window_fallbacks",
  "content_policy_fallbacks",
]);
/** Members of which each part may have a model of its own: an adviser, a painter, a router. */
const helping = new Set(["tools", "plugins"]);
/** A request within the request. */
const nested = "extra_body";
const mostDepth = 8;
/** Each is judged and priced; routers take a few. */
const mostModels = 50;
const longestName = 300;

/**
 * The models that a request could reach beside the one that it names first; undefined where there are none. Names are taken
 * in any case, as some servers take them.
 * @throws AppError `invalid_request` where they are too many to be looked at.
 */
export function modelsBeside(body: Json): string[] | undefined {
  const found: string[] = [];
  collectBeside(body, found, 0);
  return found.length === 0 ? undefined : found;
}

function collectBeside(body: Json, found: string[], depth: number): void {
  if (depth > mostDepth) throw tooMany(nested);
  for (const name in body) {
    const key = name.toLowerCase();
    // Of its own name it has one; another spelling of it, or one further in, is another.
    if (key === "model" ? name !== key || depth > 0 : routing.has(key)) collectTexts(body[name], found, key);
    else if (helping.has(key)) collectHelpers(body[name], found, key);
    else if (key === nested) {
      requireWhole(body[name], key);
      if (isObject(body[name])) collectBeside(body[name], found, depth + 1);
    }
  }
}

function collectHelpers(value: unknown, found: string[], key: string): void {
  if (value instanceof Cut && value.namesModels) throw tooMany(key);
  for (const helper of objectsIn(value)) {
    for (const name in helper) if (namesModels(name)) collectTexts(helper[name], found, key);
  }
}

/** Whether by this name a tool or a plugin is told of models. */
export function namesModels(name: string): boolean {
  return name === "model" || name === "allowed_models" || routing.has(name);
}

/** Every text in a value, whatever it is in. */
function collectTexts(value: unknown, found: string[], key: string): void {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    requireWhole(next, key);
    if (typeof next === "string") {
      if (next.length > longestName || found.length === mostModels) throw tooMany(key);
      found.push(next);
    } else if (typeof next === "object" && next !== null) for (const each of Object.values(next)) open.push(each);
  }
}

function requireWhole(value: unknown, name: string): void {
  if (value instanceof Cut) throw tooMany(name);
}

function tooMany(name: string): AppError {
  return new AppError("invalid_request", `\`${name}\` is too long.`);
}
