"use client";

import { useQueryClient } from "@tanstack/react-query";
import type { AdminToken, AdminTokenWithSecret, CreateAdminTokenInput } from "@/lib/admin-tokens/schema";
import type { Settings, UpdateSettingsInput } from "@/lib/agency/schema";
import type { TestMail } from "@/lib/alerts/schema";
import { putFile, sendJson, sendOnce } from "@/lib/http/client";
import { settingsQueries } from "./queries";

const logoUrl = "/api/admin/settings/logo";
const tokensUrl = "/api/admin/tokens";

export function useSettingsChanges() {
  const queryClient = useQueryClient();

  const refresh = () => queryClient.invalidateQueries({ queryKey: settingsQueries.all() });

  async function changed<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    await refresh();
    return result;
  }

  /** A secret is told this once: it is shown before anything else is asked for, which may not come. */
  async function told(answer: Promise<AdminTokenWithSecret>): Promise<AdminTokenWithSecret> {
    const result = await answer;
    void refresh();
    return result;
  }

  return {
    /** With the settings as they were seen, where what others have changed meanwhile must not be lost. */
    update: (input: UpdateSettingsInput, seen?: Settings) =>
      changed(sendJson<Settings>("PATCH", "/api/admin/settings", input, seen && { seen })),
    testAlerts: () => sendJson<TestMail>("POST", "/api/admin/settings/alerts/test"),
    putLogo: (file: Blob) => putFile(logoUrl, file),
    removeLogo: () => sendJson("DELETE", logoUrl),
    /** With the months as they were seen. */
    keepTenantFor: (tenantId: string, months: number | null, seen: { months: number | null }) =>
      changed(sendJson("PUT", `/api/admin/settings/retention/${tenantId}`, { months }, { seen })),
    createToken: (input: CreateAdminTokenInput) => told(sendOnce<AdminTokenWithSecret>(tokensUrl, input)),
    revokeToken: (tokenId: string) => changed(sendJson<AdminToken>("POST", `${tokensUrl}/${tokenId}/revocation`)),
  };
}
