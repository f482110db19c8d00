import type { ReactNode } from "react";

type FactsProps = {
  title: string;
  /** Terms and what they are; a fact that does not apply is null and left out. */
  facts?: [term: string, description: ReactNode][];
  /** What stands above the terms. */
  children?: ReactNode;
};

/** What is known of one thing, under a heading of its own. */
export function Facts({ title, facts = [], children }: FactsProps) {
  const known = facts.filter(([, description]) => description !== null);

  return (
    <section aria-label={title}>
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      {children}
      {known.length > 0 && (
        <dl className="grid grid-cols-[10rem_1fr] gap-x-3 gap-y-1">
          {known.map(([term, description]) => (
            <div key={term} className="contents">
              <dt className="text-muted">{term}</dt>
              <dd className="min-w-0 [overflow-wrap:anywhere]">
                <bdi>{description}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
