import type { ReactNode } from "react";
import { Drawing, type DrawingName } from "./drawing";

type EmptyStateProps = {
  title: string;
  /** Whether it is all there is on the page, so that its title is the page's. */
  heading?: boolean;
  drawing?: DrawingName;
  children?: ReactNode;
  action?: ReactNode;
};

/** Nothing is here yet: what it would be, and the next step. */
export function EmptyState({ title, heading, drawing = "still", children, action }: EmptyStateProps) {
  const Title = heading ? "h1" : "p";

  return (
    <div className="flex flex-col items-center px-4 py-12 text-center">
      <Drawing name={drawing} />
      <Title className="font-medium">{title}</Title>
      {children && <div className="mt-1 max-w-md text-muted">{children}</div>}
      {action && <div className="mt-4 max-w-full">{action}</div>}
    </div>
  );
}
