import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ResetForm } from "@/components/account/reset-form";
import { FrontPage } from "@/components/shell/front-page";
import { mailer } from "@/lib/mail/mailer";

export const metadata: Metadata = { title: "Forgot your password?" };

export default function Page() {
  if (mailer() === null) notFound();

  return (
    <FrontPage title="Forgot your password?" lead="You get a link by mail, by which you choose a new one.">
      <ResetForm />
    </FrontPage>
  );
}
