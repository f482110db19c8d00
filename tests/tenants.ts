import { api } from "./api";

/** How a client is changed and looked at through the admin API. */

export const change = (tenantId: string, body: object) => api("PATCH", `/api/admin/tenants/${tenantId}`, { body });

export const quota = async (tenantId: string) => (await api("GET", `/api/admin/tenants/${tenantId}/quota`)).body;

export const dailyTokens = async (tenantId: string) =>
  (await quota(tenantId)).limits.find(
    (limit: { metric: string; window: string; subject: string }) =>
      limit.subject === "tenant" && limit.metric === "tokens" && limit.window === "day",
  );
