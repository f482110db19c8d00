import { CopyButton } from "./copy-button";

/** A secret or a link to take away, with a button that copies it. */
export function SecretLine({ label, text }: { label: string; text: string }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <output
        aria-label={label}
        className="min-w-0 grow basis-64 rounded-inner border border-line-strong px-3 py-1.5 font-mono text-caption leading-5 break-all"
      >
        {text}
      </output>
      <CopyButton look="primary" text={text} />
    </div>
  );
}
