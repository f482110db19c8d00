import type { Metadata } from "next";
import { admitFirstRun } from "@/app/admit";
import { SetupForm } from "@/components/account/setup-form";
import { FrontPage } from "@/components/shell/front-page";

export const metadata: Metadata = { title: "Set up" };

export default async function Page() {
  await admitFirstRun();

  return (
    <FrontPage
      title="Welcome to Sluice"
      lead="Share your AI provider accounts among your clients, with a limit for each. Who are you?"
    >
      <SetupForm />
    </FrontPage>
  );
}
