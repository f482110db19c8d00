import type { Metadata } from "next";
import { admitAnonymous } from "@/app/admit";
import { LoginForm } from "@/components/account/login-form";
import { FrontPage } from "@/components/shell/front-page";

export const metadata: Metadata = { title: "Sign in" };

export default async function Page({ searchParams }: { searchParams: Promise<{ to?: string }> }) {
  await admitAnonymous();
  const { to } = await searchParams;

  return (
    <FrontPage title="Sign in">
      <LoginForm returnTo={isOwnPath(to) ? to : "/"} />
    </FrontPage>
  );
}

/** Only a path of this installation may be returned to, never another host. */
function isOwnPath(path: string | undefined): path is string {
  return path !== undefined && /^\/(?![/\\])/.test(path);
}
