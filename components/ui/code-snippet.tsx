import type { ReactNode } from "react";
import { CopyButton } from "./copy-button";
import { ScrollRegion } from "./scroll-region";

/** A piece of code to take away. */
export function CodeSnippet({ label, caption, code }: { label: string; caption: ReactNode; code: string }) {
  return (
    <figure className="min-w-0 rounded-outer border border-line">
      <figcaption className="flex min-h-12 items-center justify-between gap-2 border-b border-line px-1.5 py-1">
        <div className="flex flex-wrap gap-2">{caption}</div>
        <CopyButton text={code} what={label} look="quiet" />
      </figcaption>
      <ScrollRegion label={label}>
        <pre className="w-max p-3 font-mono text-caption leading-5">{code}</pre>
      </ScrollRegion>
    </figure>
  );
}
