import type { ReactNode } from "react";

type PageHeaderProps = { title: string; marks?: ReactNode; children?: ReactNode; actions?: ReactNode };

/** A page's heading, what belongs to it in a line below, and its actions. */
export function PageHeader({ title, marks, children, actions }: PageHeaderProps) {
  return (
    <div className="page-gutter flex flex-wrap items-start justify-between gap-x-4 gap-y-3 py-5">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <h1 className="min-w-0 text-figure font-semibold [overflow-wrap:anywhere]">{title}</h1>
          {marks}
        </div>
        {children && <div className="mt-0.5 text-muted [overflow-wrap:anywhere]">{children}</div>}
      </div>
      {actions && <div className="flex flex-wrap gap-2 print:hidden">{actions}</div>}
    </div>
  );
}
