import { type ReactNode, useId } from "react";

/** A part of a page under a heading of its own, set off by a hairline. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const id = useId();

  return (
    <section aria-labelledby={id} className="border-t border-line py-5 first:border-t-0">
      <div className="page-gutter mb-3 flex min-h-8 flex-wrap items-center justify-between gap-2">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {actions && <div className="flex flex-wrap gap-2 print:hidden">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
