"use client";

import { Button } from "@/components/ui/button";
import { FrontPage } from "./front-page";

/** Where the server could not make a page at all. */
export function FailurePage({ title, onRetry }: { title: string; onRetry: () => void }) {
  return (
    <FrontPage
      title={title}
      lead="Something went wrong on the server; its log says what. If the database is away, calls are refused until it is back."
    >
      <Button look="primary" size="large" onClick={onRetry}>
        Try again
      </Button>
    </FrontPage>
  );
}
