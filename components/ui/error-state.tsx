import { Button } from "./button";
import { messageOf } from "./message-of";

type ErrorStateProps = {
  /** What could not be shown: `The keys could not be loaded`. */
  title: string;
  error: unknown;
  onRetry: () => void;
};

/** What happened, what it means, and a way to try again. */
export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  return (
    <div role="alert" className="flex flex-col items-center px-4 py-14 text-center">
      <p className="font-medium">{title}</p>
      <p className="mt-1 max-w-md text-muted">{messageOf(error)}</p>
      <p className="mt-1 max-w-md text-muted">Calls of your clients do not depend on this page and go on.</p>
      <Button className="mt-4" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
