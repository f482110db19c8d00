import Link from "next/link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export default function NotFound() {
  return (
    <EmptyState
      heading
      drawing="lost"
      title="There is nothing here for you"
      action={
        <Button asChild>
          <Link href="/usage">Your usage</Link>
        </Button>
      }
    >
      The address is mistyped, or your account belongs to no client. Ask whoever invited you.
    </EmptyState>
  );
}
