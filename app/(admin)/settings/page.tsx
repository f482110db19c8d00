import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { settingsQueries } from "@/components/settings/queries";
import { SettingsPage } from "@/components/settings/settings-page";
import { listAdminTokens } from "@/lib/admin-tokens/store";
import { getSettings } from "@/lib/agency/store";
import { readAlertMails } from "@/lib/alerts/alert-mails";
import { listTenantRetentions } from "@/lib/retention/store";

export const metadata: Metadata = { title: "Settings" };

export default async function Page() {
  await admitStaff();
  const [settings, alerts, items, tenants] = await Promise.all([
    getSettings(),
    readAlertMails(new Date()),
    listAdminTokens(),
    listTenantRetentions(),
  ]);

  return (
    <Hydrated
      data={[
        [settingsQueries.settings().queryKey, settings],
        [settingsQueries.alerts().queryKey, alerts],
        [settingsQueries.retention().queryKey, { months: settings.retentionMonths, tenants }],
        [settingsQueries.tokens().queryKey, { items }],
      ]}
    >
      <SettingsPage />
    </Hydrated>
  );
}
