import { listProviders } from "../providers/store";
import type { PlaygroundOptions } from "./schema";

export async function listOptions(): Promise<PlaygroundOptions> {
  const providers = await listProviders();
  return {
    providers: providers
      .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))
      .map(({ slug, name }) => ({ slug, name })),
  };
}
