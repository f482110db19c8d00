import Link from "next/link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export default function NotFound() {
  return (
    <EmptyState
      heading
      drawing="lost"
      title="There is nothing here"
      action={
        <Button asChild>
          <Link href="/clients">All clients</Link>
        </Button>
      }
    >
      No client or provider has this address. It may have been renamed or removed, or the address is mistyped.
    </EmptyState>
  );
}
