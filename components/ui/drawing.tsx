const drawings = {
  /** A closed gate over still water: nothing flows yet. */
  still: (
    <>
      <path d="M34 12v34M62 12v34M30 12h36" />
      <path d="M38 20h20v16H38zM48 12v8" className="fill-accent/10" />
      <path d="M6 50h84M16 56h64" className="stroke-accent" />
    </>
  ),
  /** Something under the water that is not found. */
  sought: (
    <>
      <circle cx="44" cy="28" r="14" className="fill-accent/10" />
      <path d="M54 38l12 12M38 28h12" />
      <path d="M6 50h46M72 50h18M16 56h64" className="stroke-accent" />
    </>
  ),
  /** A gauge that has come loose: this is not where it belongs. */
  lost: (
    <>
      <path d="M40 8l10 38M40 8l10-3 10 38-10 3zM43 18l5-1M45 27l5-1M48 36l5-1" className="fill-accent/10" />
      <path d="M6 50c7-5 14-5 21 0s14 5 21 0 14-5 21 0 14 5 21 0M16 57h64" className="stroke-accent" />
    </>
  ),
};

export type DrawingName = keyof typeof drawings;

/** A small picture for where nothing is; the words below it say what it means. */
export function Drawing({ name }: { name: DrawingName }) {
  return (
    <svg
      viewBox="0 0 96 62"
      aria-hidden="true"
      fill="none"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="mb-4 h-15.5 w-24 stroke-line-strong"
    >
      {drawings[name]}
    </svg>
  );
}
