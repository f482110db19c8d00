import type { Provider } from "./schema";
import { factsOf, type Vendor } from "./vendors";
import type { Dialect } from "./vendors/facts";

/** What an app must know to call a provider through the gateway. */
export type Connection = {
  slug: string;
  name: string;
  dialect: Dialect;
  /** What the dialect's own SDK takes as its base URL, after `/api/proxy`. */
  path: string;
};

/** Ways to connect, the default provider's first. */
export function connectionsTo(
  providers: Pick<Provider, "slug" | "name" | "vendor" | "dialect" | "isDefault">[],
): Connection[] {
  return providers
    .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))
    .map(({ slug, name, vendor, dialect }) => {
      // OpenAI's SDK is told the version too (`/v1` nearly everywhere), the others add it themselves.
      const version = dialect === "openai" ? versionPathOf(vendor) : "";
      return { slug, name, dialect, path: `/${slug}${version}` };
    });
}

/** What stands before `/chat/completions` and its like. */
export function versionPathOf(vendor: Vendor): string {
  const { versionPath, modelsPath } = factsOf(vendor);
  return versionPath ?? modelsPath.replace(/\/models.*$/, "");
}
