"use client";

import { FrontPage } from "@/components/shell/front-page";
import { Button } from "@/components/ui/button";

export default function ErrorPage({ retry }: { error: unknown; retry: () => void }) {
  return (
    <FrontPage
      title="This page could not be shown"
      lead="Something went wrong on the server; its log says what. If the database is away, calls are refused until it is back."
    >
      <Button look="primary" size="large" onClick={retry}>
        Try again
      </Button>
    </FrontPage>
  );
}
