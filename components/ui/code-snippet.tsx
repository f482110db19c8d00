import { CopyButton } from "./copy-button";

/** A piece of code to take away. */
export function CodeSnippet({ label, code }: { label: string; code: string }) {
  return (
    <figure className="min-w-0 rounded-outer border border-line">
      <figcaption className="flex min-h-10 items-center justify-between gap-2 border-b border-line ps-3 pe-1 text-caption text-muted">
        {label}
        <CopyButton text={code} what={label} look="quiet" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} aria-label={label} role="region" className="overflow-x-auto p-3 font-mono text-caption leading-5">
        {code}
      </pre>
    </figure>
  );
}
