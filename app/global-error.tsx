"use client";

import { GeistSans } from "geist/font/sans";
import { FailurePage } from "@/components/shell/failure-page";
import "./globals.css";

/** Where not even the layout of all pages can be rendered, and so nothing of it is there: it follows the system's theme. */
export default function GlobalErrorPage({ retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en" className={GeistSans.variable}>
      <body>
        <title>Sluice</title>
        <FailurePage title="The console could not be shown" onRetry={retry} />
      </body>
    </html>
  );
}
