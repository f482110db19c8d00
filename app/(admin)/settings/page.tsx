import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { settingsQueries } from "@/components/settings/queries";
import { SettingsPage } from "@/components/settings/settings-page";
import { listAdminTokens } from "@/lib/admin-tokens/store";
import { getSettings } from "@/lib/agency/store";

export const metadata: Metadata = { title: "Settings" };

export default async function Page() {
  await admitStaff();
  const [settings, items] = await Promise.all([getSettings(), listAdminTokens()]);

  return (
    <Hydrated
      data={[
        [settingsQueries.settings().queryKey, settings],
        [settingsQueries.tokens().queryKey, { items }],
      ]}
    >
      <SettingsPage />
    </Hydrated>
  );
}
