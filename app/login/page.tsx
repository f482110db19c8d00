import type { Metadata } from "next";
import Link from "next/link";
import { admitAnonymous } from "@/app/admit";
import { IdentitySignIn } from "@/components/account/identity-sign-in";
import { LoginForm } from "@/components/account/login-form";
import { FrontPage } from "@/components/shell/front-page";
import { findLogoPath } from "@/lib/agency/store";
import { identityProviderName } from "@/lib/auth/identity-provider";
import { localPath } from "@/lib/auth/local-path";
import { mailer } from "@/lib/mail/mailer";

export const metadata: Metadata = { title: "Sign in" };

type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function Page({ searchParams }: PageProps) {
  await admitAnonymous();
  const { to, error } = await searchParams;
  const returnTo = localPath(to);
  const provider = identityProviderName();

  return (
    <FrontPage title="Sign in" logo={await findLogoPath()}>
      {provider !== null && (
        <IdentitySignIn name={provider} returnTo={returnTo} error={typeof error === "string" ? error : null} />
      )}
      <LoginForm returnTo={returnTo} />
      <p className="mt-6 text-muted">
        {mailer() === null ? (
          "Forgot your password? Whoever invited you makes you a link to a new one."
        ) : (
          <Link href="/forgot" className="rounded-inner text-accent hover:underline">
            Forgot your password?
          </Link>
        )}
      </p>
    </FrontPage>
  );
}
