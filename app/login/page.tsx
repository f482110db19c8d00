import type { Metadata } from "next";
import { admitAnonymous } from "@/app/admit";
import { LoginForm } from "@/components/account/login-form";
import { FrontPage } from "@/components/shell/front-page";

export const metadata: Metadata = { title: "Sign in" };

export default async function Page() {
  await admitAnonymous();

  return (
    <FrontPage title="Sign in">
      <LoginForm />
    </FrontPage>
  );
}
