import type { ReactNode } from "react";

type EmptyStateProps = {
  title: string;
  /** Whether it is all there is on the page, so that its title is the page's. */
  heading?: boolean;
  children?: ReactNode;
  action?: ReactNode;
};

/** Nothing is here yet: what it would be, and the next step. */
export function EmptyState({ title, heading, children, action }: EmptyStateProps) {
  const Title = heading ? "h1" : "p";

  return (
    <div className="flex flex-col items-center px-4 py-14 text-center">
      <Title className="font-medium">{title}</Title>
      {children && <div className="mt-1 max-w-md text-muted">{children}</div>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}
