import type { Metadata } from "next";
import Link from "next/link";
import { PasswordForm } from "@/components/account/password-form";
import { FrontPage } from "@/components/shell/front-page";
import { Button } from "@/components/ui/button";
import { findLogoPath } from "@/lib/agency/store";
import { getAgency } from "@/lib/auth/store";
import { findInvited } from "@/lib/people/password-link";

/** The address is the secret: it must not go to other sites. */
export const metadata: Metadata = { title: "Choose a password", referrer: "no-referrer" };

export default async function Page({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const [invited, agency, logo] = await Promise.all([findInvited(token, new Date()), getAgency(), findLogoPath()]);
  if (invited === null)
    return (
      <FrontPage
        title="This link works no more"
        lead="It was used already, replaced by another one, or is over. Ask whoever sent it for a new one."
      >
        <Button asChild look="primary" size="large">
          <Link href="/login">Sign in</Link>
        </Button>
      </FrontPage>
    );

  return (
    <FrontPage
      logo={logo}
      title={invited.isNew ? `Welcome, ${invited.name}` : "Choose a new password"}
      lead={invited.isNew ? `Choose a password for the AI console of ${agency.name}.` : `For ${invited.email}.`}
    >
      <PasswordForm token={token} email={invited.email} />
    </FrontPage>
  );
}
