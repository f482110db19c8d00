import { type ReactNode, useId } from "react";
import { classNames } from "./class-names";

type SectionProps = {
  title: string;
  actions?: ReactNode;
  /** Of no use on paper. */
  onScreenOnly?: boolean;
  children: ReactNode;
};

/** A part of a page under a heading of its own, set off by a hairline. */
export function Section({ title, actions, onScreenOnly, children }: SectionProps) {
  const id = useId();

  return (
    <section
      aria-labelledby={id}
      className={classNames("border-t border-line py-5 first:border-t-0", onScreenOnly && "print:hidden")}
    >
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
