import type { ReactNode } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import type { Connection } from "@/lib/providers/connection";
import { ConnectSnippet, StaffConnectSnippet } from "./connect-snippet";
import { secretPlaceholder } from "./snippets";

type NoCallYetProps = {
  /** The next step in words. */
  children: ReactNode;
  /** Where a client's own apps can call; staff are shown all providers. */
  connections?: Connection[] | undefined;
};

/** No call was ever made: how the first one is, with the command to copy. */
export function NoCallYet({ children, connections }: NoCallYetProps) {
  const asked = { secret: secretPlaceholder, language: "curl" } as const;
  if (connections?.length === 0)
    return <EmptyState title="No call yet">Your agency has not connected an AI provider yet. Ask there.</EmptyState>;

  return (
    <EmptyState
      title="No call yet"
      action={
        <div className="w-xl max-w-full text-start">
          {connections ? <ConnectSnippet {...asked} connections={connections} /> : <StaffConnectSnippet {...asked} />}
        </div>
      }
    >
      {children}
    </EmptyState>
  );
}
