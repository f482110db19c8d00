"use client";

import { GeistSans } from "geist/font/sans";
import { FrontPage } from "@/components/shell/front-page";
import { Button } from "@/components/ui/button";
import "./globals.css";

/** Where not even the layout of all pages can be rendered, and so nothing of it is there: it follows the system's theme. */
export default function GlobalErrorPage({ retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en" className={GeistSans.variable}>
      <body>
        <title>Sluice</title>
        <FrontPage
          title="The console could not be shown"
          lead="Something went wrong on the server; its log says what. If the database is away, calls are refused until it is back."
        >
          <Button look="primary" size="large" onClick={retry}>
            Try again
          </Button>
        </FrontPage>
      </body>
    </html>
  );
}
