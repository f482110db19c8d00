import type { Provider } from "../providers/schema";
import { listProviders } from "../providers/store";
import type { PlaygroundOptions } from "./schema";

export async function listOptions(): Promise<PlaygroundOptions> {
  return optionsOf(await listProviders());
}

/** Those that can be asked, the agency's default first. */
export function optionsOf(providers: Pick<Provider, "slug" | "name" | "isDefault">[]): PlaygroundOptions {
  return {
    providers: providers
      .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))
      .map(({ slug, name }) => ({ slug, name })),
  };
}
