import type { Metadata } from "next";
import { admitUser } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { AccountPage } from "@/components/account/account-page";
import { accountQueries } from "@/components/account/queries";

export const metadata: Metadata = { title: "Your sign-in" };

export default async function Page() {
  const { me } = await admitUser();

  return (
    <Hydrated data={[[accountQueries.me().queryKey, me]]}>
      <AccountPage />
    </Hydrated>
  );
}
