import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { settingsQueries } from "@/components/settings/queries";
import { SettingsPage } from "@/components/settings/settings-page";
import { listAdminTokens } from "@/lib/admin-tokens/store";
import { getSettings } from "@/lib/agency/store";
import { mailer } from "@/lib/mail/mailer";
import { listTenantRetentions } from "@/lib/retention/store";

export const metadata: Metadata = { title: "Settings" };

export default async function Page() {
  await admitStaff();
  const [settings, items, tenants] = await Promise.all([getSettings(), listAdminTokens(), listTenantRetentions()]);

  return (
    <Hydrated
      data={[
        [settingsQueries.settings().queryKey, settings],
        [settingsQueries.retention().queryKey, { months: settings.retentionMonths, tenants }],
        [settingsQueries.tokens().queryKey, { items }],
      ]}
    >
      <SettingsPage canMail={mailer() !== null} />
    </Hydrated>
  );
}
