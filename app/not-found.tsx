import Link from "next/link";
import { FrontPage } from "@/components/shell/front-page";
import { Button } from "@/components/ui/button";

export default function NotFound() {
  return (
    <FrontPage
      drawing="lost"
      title="This page does not exist"
      lead="It may have been renamed or archived, or it belongs to somebody else."
    >
      <Button asChild look="primary" size="large">
        <Link href="/">Go to the start</Link>
      </Button>
    </FrontPage>
  );
}
