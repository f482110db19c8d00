import Link from "next/link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export default function NotFound() {
  return (
    <EmptyState
      heading
      title="There is no such client"
      action={
        <Button asChild>
          <Link href="/clients">All clients</Link>
        </Button>
      }
    >
      It may have been archived, or the address is mistyped.
    </EmptyState>
  );
}
