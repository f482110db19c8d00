import type { ReactNode } from "react";
import { CopyButton } from "./copy-button";

/** A piece of code to take away. */
export function CodeSnippet({ label, caption, code }: { label: string; caption: ReactNode; code: string }) {
  return (
    <figure className="min-w-0 rounded-outer border border-line">
      <figcaption className="flex min-h-12 items-center justify-between gap-2 border-b border-line px-1.5 py-1">
        <div className="flex flex-wrap gap-2">{caption}</div>
        <CopyButton text={code} what={label} look="quiet" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} aria-label={label} role="region" className="overflow-x-auto p-3 font-mono text-caption leading-5">
        {code}
      </pre>
    </figure>
  );
}
