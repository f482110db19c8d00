"use client";

import { useQueryClient } from "@tanstack/react-query";
import { tenantQueries } from "@/components/tenants/queries";
import { sendJson } from "@/lib/http/client";
import type { ApiKey, CreateKeyInput, KeyWithSecret, UpdateKeyInput } from "@/lib/keys/schema";
import { keyQueries } from "./queries";

/** What can be done to a tenant's keys. Keys carry limits of their own, so headroom is loaded again too. */
export function useKeyChanges(tenantId: string) {
  const queryClient = useQueryClient();
  const url = `/api/admin/tenants/${tenantId}/keys`;

  async function changed<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: keyQueries.all() }),
      queryClient.invalidateQueries({ queryKey: tenantQueries.all() }),
    ]);
    return result;
  }

  return {
    create: (input: CreateKeyInput) => changed(sendJson<KeyWithSecret>("POST", url, input)),
    update: (seen: ApiKey, input: UpdateKeyInput) =>
      changed(sendJson<ApiKey>("PATCH", `${url}/${seen.id}`, input, { seen })),
    revoke: (keyId: string) => changed(sendJson<ApiKey>("POST", `${url}/${keyId}/revocation`)),
    rotate: (keyId: string, graceSeconds: number) =>
      changed(sendJson<KeyWithSecret>("POST", `${url}/${keyId}/rotation`, { graceSeconds })),
  };
}
