"use client";

import { ErrorState } from "@/components/ui/error-state";

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return <ErrorState heading title="This page could not be shown" error={error} onRetry={retry} />;
}
