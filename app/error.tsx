"use client";

import { FailurePage } from "@/components/shell/failure-page";

export default function ErrorPage({ retry }: { error: unknown; retry: () => void }) {
  return <FailurePage title="This page could not be shown" onRetry={retry} />;
}
