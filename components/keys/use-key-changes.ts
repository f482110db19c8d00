"use client";

import { useQueryClient } from "@tanstack/react-query";
import { tenantQueries } from "@/components/tenants/queries";
import { sendJson, sendOnce } from "@/lib/http/client";
import type { ApiKey, CreateKeyInput, KeyWithSecret, UpdateKeyInput } from "@/lib/keys/schema";
import { keyQueries } from "./queries";

/** What can be done to a tenant's keys. Keys carry limits of their own, so headroom is loaded again too. */
export function useKeyChanges(tenantId: string) {
  const queryClient = useQueryClient();
  const url = `/api/admin/tenants/${tenantId}/keys`;

  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: keyQueries.all() }),
      queryClient.invalidateQueries({ queryKey: tenantQueries.all() }),
    ]);

  async function changed<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    await refresh();
    return result;
  }

  /** A secret is told this once: it is shown before anything else is asked for, which may not come. */
  async function told(answer: Promise<KeyWithSecret>): Promise<KeyWithSecret> {
    const result = await answer;
    void refresh();
    return result;
  }

  return {
    create: (input: CreateKeyInput) => told(sendOnce<KeyWithSecret>(url, input)),
    update: (seen: ApiKey, input: UpdateKeyInput) =>
      changed(sendJson<ApiKey>("PATCH", `${url}/${seen.id}`, input, { seen })),
    revoke: (keyId: string) => changed(sendJson<ApiKey>("POST", `${url}/${keyId}/revocation`)),
    rotate: (keyId: string, graceSeconds: number) =>
      told(sendOnce<KeyWithSecret>(`${url}/${keyId}/rotation`, { graceSeconds })),
  };
}
