import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { dialectOfPath } from "@/lib/providers/registry";
import type { Endpoint, StrictBounds, StrictRules } from "@/lib/providers/types";
import { vendors } from "@/lib/providers/vendors";

/** Recorded exchanges with providers, whose requests were kept whole; they lie beside the project. */
const folder = join(import.meta.dirname, "../../../../shared/fixtures/exchanges");
type Exchange = { request: { path: string; body: string | null }; expected: { inputTokens: number }; provider: string };
const recorded = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => file.endsWith(".json"))
  .map((file) => ({ file, ...(JSON.parse(readFileSync(join(folder, file), "utf8")) as Exchange) }))
  .filter(({ request: { body, path } }) => {
    const isWhole = body?.startsWith("{") && !/characters omitted|…/.test(body);
    const saysSomething = /"(messages|input|prompt|contents)"/.test(body ?? "");
    return isWhole && saysSomething && endpointOf(path)?.kind === "metered";
  });

/** What nobody can bound beforehand: what the provider adds by itself, keeps, or compresses. */
const unboundable =
  /not with (pictures and sound|pictures of|a model that|`(safe_prompt|safety_model|previous_response_id|context_management|cachedContent)`|content of the type `fileData`|a tool|the tool|reasoning|this endpoint)/;

test.runIf(recorded.length === 0)(`NOT REPLAYED: there are no recorded exchanges in ${folder}`, () => {
  console.warn(`There are no recorded exchanges in ${folder}, so none was replayed.`);
});

describe.runIf(recorded.length > 0)("what a provider counted of a recorded request's input is within the bound", () => {
  test.each(recorded)("$file", ({ request, expected, provider }) => {
    const rules = dialectOfPath(pathOf(request.path)).strict as StrictRules;
    const vendor = vendors.find((each) => each === provider) ?? "custom";
    const endpoint = endpointOf(request.path) as Endpoint;
    let bounds: StrictBounds | null = null;
    try {
      bounds = rules.boundsOf({
        endpoint,
        body: Buffer.from(request.body as string),
        vendor,
        contentType: "application/json",
      });
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).message).toMatch(unboundable);
    }
    if (bounds) expect(bounds.inputTokens).toBeGreaterThanOrEqual(expected.inputTokens);
  });
});

function endpointOf(path: string): Endpoint | null {
  return dialectOfPath(pathOf(path)).findEndpoint("POST", pathOf(path));
}

function pathOf(path: string): string {
  return path.split("?")[0] ?? "";
}
