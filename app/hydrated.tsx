import { dehydrate, HydrationBoundary, QueryClient, type QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";

type HydratedProps = {
  /** What the page shows first, under the keys by which its components ask for it. */
  data: [key: QueryKey, answer: unknown][];
  children: ReactNode;
};

/** Hands over what was loaded on the server, so that the page shows at once and is refreshed from there. */
export function Hydrated({ data, children }: HydratedProps) {
  const queryClient = new QueryClient();
  for (const [key, answer] of data) queryClient.setQueryData(key, answer);

  return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>;
}
