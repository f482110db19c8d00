import { AppError } from "@/lib/errors";
import { Button } from "./button";
import { messageOf } from "./message-of";

type ErrorStateProps = {
  /** What could not be shown: `The keys could not be loaded`. */
  title: string;
  /** Whether it is all there is on the page, so that its title is the page's. */
  heading?: boolean;
  error: unknown;
  onRetry: () => void;
};

/** What happened, what it means, and a way to try again. */
export function ErrorState({ title, heading, error, onRetry }: ErrorStateProps) {
  const Title = heading ? "h1" : "p";

  return (
    <div role="alert" className="flex flex-col items-center px-4 py-14 text-center">
      <Title className="font-medium">{title}</Title>
      <p className="mt-1 max-w-md text-muted">{messageOf(error)}</p>
      <p className="mt-1 max-w-md text-muted">{meaningForCalls(error)}</p>
      <Button className="mt-4" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

/** Calls are admitted by the same server and database, so they may be affected only when those are away. */
function meaningForCalls(error: unknown): string {
  const isAway = error instanceof AppError && error.code === "unavailable";
  return isAway
    ? "If the server or its database is away, calls are refused until it is back; none is lost."
    : "Calls do not pass through this page and go on.";
}
