import { fetch, type Response } from "undici";
import { withAccessToken } from "./access-tokens";
import { upstreamAgent } from "./agent";
import { authorizationOf } from "./authorization";
import { objectsIn, parseObjects } from "./json";
import type { DialectName, Upstream } from "./types";
import { factsOf, type Vendor } from "./vendors";

const timeoutMs = 10_000;

type Asked = Pick<Upstream, "vendor" | "dialect" | "credential"> & { baseUrl: string };

/**
 * Asks a provider for its model list, which costs nothing. Redirects are not followed: they would carry the credential
 * elsewhere.
 * @throws TokenFailure when its service account gets no access token.
 */
export async function askForModels({ baseUrl, ...asked }: Asked): Promise<Response> {
  const provider = await withAccessToken(asked, new Date());
  return await fetch(`${baseUrl}${modelsPathOf(provider)}`, {
    headers: {
      accept: "application/json",
      ...authorizationOf(provider),
      ...(provider.dialect === "anthropic" && { "anthropic-version": "2023-06-01" }),
    },
    redirect: "manual",
    dispatcher: upstreamAgent(),
    signal: AbortSignal.timeout(timeoutMs),
  });
}

/** Where a provider lists its models. */
export function modelsPathOf({ vendor, dialect }: { vendor: Vendor; dialect: DialectName }): string {
  return vendor === "custom" && dialect === "gemini" ? "/v1beta/models" : factsOf(vendor).modelsPath;
}

/** The names in a model list, as a call has them; Gemini lists them with the path of their resource. */
export function namesInModelList(text: string): string[] {
  const [list] = parseObjects(text) ?? [];
  const entries = [...objectsIn(list?.data), ...objectsIn(list?.models), ...objectsIn(list?.publisherModels)];
  const names = entries.map(({ id, name }) => id ?? name).filter((each) => typeof each === "string");
  return [...new Set(names.map((name) => name.replace(/^(publishers\/[^/]+\/)?models\//, "")))].toSorted();
}
