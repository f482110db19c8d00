import type { Metadata } from "next";
import Link from "next/link";
import { admitAnonymous } from "@/app/admit";
import { LoginForm } from "@/components/account/login-form";
import { FrontPage } from "@/components/shell/front-page";
import { localPath } from "@/lib/auth/local-path";
import { mailer } from "@/lib/mail/mailer";

export const metadata: Metadata = { title: "Sign in" };

type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function Page({ searchParams }: PageProps) {
  await admitAnonymous();
  const returnTo = localPath((await searchParams).to);

  return (
    <FrontPage title="Sign in">
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
