import type { ReactNode } from "react";

/** Large numbers in a row, each under what it counts. */
export function Figures({ children }: { children: ReactNode }) {
  return <dl className="page-gutter grid grid-cols-2 gap-x-6 gap-y-4 sm:flex sm:flex-wrap sm:gap-x-12">{children}</dl>;
}

export function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-24">
      <dt className="text-caption text-muted">{label}</dt>
      <dd className="text-figure font-medium">{children}</dd>
    </div>
  );
}
