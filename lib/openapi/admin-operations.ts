import { createAdminTokenInput } from "../admin-tokens/schema";
import { updateSettingsInput } from "../agency/schema";
import { auditQuery, exportAuditQuery } from "../audit/schema";
import { importQuery } from "../import/schema";
import { createKeyInput, rotateKeyInput, updateKeyInput } from "../keys/schema";
import { overviewUseQuery } from "../overview/schema";
import { createPlanInput, updatePlanInput } from "../plans/schema";
import { createPriceInput, updatePriceInput } from "../prices/schema";
import { createProviderInput, updateProviderInput } from "../providers/schema";
import { previewQuery, tenantRetentionInput } from "../retention/schema";
import { searchQuery } from "../search/schema";
import { createTenantInput, listTenantsQuery, subscribeInput, updateTenantInput } from "../tenants/schema";
import { adjustmentQuery, createAdjustmentInput } from "../usage/adjustment-schema";
import {
  exportMonthlyQuery,
  exportRequestsQuery,
  listRequestsQuery,
  monthlyQuery,
  sourcesQuery,
} from "../usage/schema";
import type { Operations } from "./operation";
import { peopleOperations } from "./people-operations";

const versioned = true;
const creates = true;

export const adminOperations: Operations = {
  "GET /api/admin/overview": {
    summary: "What needs attention, and what all clients use today and this month beside the periods before",
    who: "viewer",
    answer: "Overview",
  },
  "GET /api/admin/overview/use": {
    summary: "Use over the last 24 hours or 30 days, by the clients that used most",
    who: "viewer",
    query: overviewUseQuery,
    answer: "OverviewUse",
  },
  "GET /api/admin/tenants": {
    summary: "Clients, with what they have used and what is left, page by page",
    who: "viewer",
    query: listTenantsQuery,
    answer: "TenantList",
  },
  "POST /api/admin/tenants": {
    summary: "Takes on a client",
    who: "admin",
    input: createTenantInput,
    answer: "Tenant",
    creates,
    versioned,
  },
  "GET /api/admin/tenants/{tenantId}": { summary: "A client", who: "viewer", answer: "Tenant", versioned },
  "PATCH /api/admin/tenants/{tenantId}": {
    summary: "Changes a client; sets its daily token limit by hand, or takes that back",
    who: "admin",
    input: updateTenantInput,
    answer: "Tenant",
    versioned,
  },
  "DELETE /api/admin/tenants/{tenantId}": {
    summary: "Archives a client: its keys stop, its history stays",
    who: "admin",
    answer: null,
  },
  "POST /api/admin/tenants/{tenantId}/restoration": {
    summary: "Brings an archived client back: its keys work again",
    who: "admin",
    answer: "Tenant",
  },
  "PUT /api/admin/tenants/{tenantId}/subscription": {
    summary: "Puts a client on a plan",
    who: "admin",
    input: subscribeInput,
    answer: "Subscription",
  },
  "GET /api/admin/tenants/{tenantId}/quota": {
    summary: "Every limit of a client and its keys, and how much of it is taken",
    who: "viewer",
    answer: "Quota",
  },
  "GET /api/admin/tenants/{tenantId}/refusals": {
    summary: "What a client's calls of the last 24 hours were refused for, the latest first",
    who: "viewer",
    answer: "Refusals",
  },
  "GET /api/admin/tenants/{tenantId}/adjustments": {
    summary: "The corrections of what a client has used, newest first",
    who: "viewer",
    query: adjustmentQuery,
    answer: "AdjustmentList",
  },
  "POST /api/admin/tenants/{tenantId}/adjustments": {
    summary: "Corrects what a client has used, by a signed row",
    who: "admin",
    input: createAdjustmentInput,
    answer: "Adjustment",
    creates,
  },
  "POST /api/admin/tenants/{tenantId}/usage-import": {
    summary: "Takes over what a client used before, from a file; with a mistake in it, none of it",
    who: "admin",
    query: importQuery,
    input: "csv",
    answer: "ImportReport",
    judgement: "RefusedImport",
  },
  "GET /api/admin/tenants/{tenantId}/keys": { summary: "A client's keys", who: "viewer", answer: "KeyList" },
  "POST /api/admin/tenants/{tenantId}/keys": {
    summary: "Issues a key; its secret is told this once",
    who: "admin",
    input: createKeyInput,
    answer: "KeyWithSecret",
    creates,
    versioned,
  },
  "GET /api/admin/tenants/{tenantId}/keys/{keyId}": { summary: "A key", who: "viewer", answer: "Key", versioned },
  "PATCH /api/admin/tenants/{tenantId}/keys/{keyId}": {
    summary: "Renames a key or changes its limits",
    who: "admin",
    input: updateKeyInput,
    answer: "Key",
    versioned,
  },
  "GET /api/admin/tenants/{tenantId}/keys/{keyId}/attempts": {
    summary: "What was tried with a key in vain: since it was revoked, or in the last 30 days",
    who: "viewer",
    answer: "KeyAttempts",
  },
  "POST /api/admin/tenants/{tenantId}/keys/{keyId}/revocation": {
    summary: "Revokes a key: it stops with the next call",
    who: "admin",
    answer: "Key",
  },
  "POST /api/admin/tenants/{tenantId}/keys/{keyId}/rotation": {
    summary: "Gives a key a new secret; the old one may work for a while",
    who: "admin",
    input: rotateKeyInput,
    answer: "KeyWithSecret",
  },
  "GET /api/admin/plans": { summary: "All plans", who: "viewer", answer: "PlanList" },
  "POST /api/admin/plans": {
    summary: "Makes a plan",
    who: "admin",
    input: createPlanInput,
    answer: "Plan",
    creates,
    versioned,
  },
  "GET /api/admin/plans/{planId}": { summary: "A plan", who: "viewer", answer: "Plan", versioned },
  "PATCH /api/admin/plans/{planId}": {
    summary: "Changes a plan for every client on it",
    who: "admin",
    input: updatePlanInput,
    answer: "Plan",
    versioned,
  },
  "DELETE /api/admin/plans/{planId}": { summary: "Removes a plan that nobody is on", who: "admin", answer: null },
  "POST /api/admin/plans/{planId}/preview": {
    summary: "Whom a change of a plan would have met in the last 30 days; changes nothing",
    who: "admin",
    input: updatePlanInput,
    answer: "PlanPreview",
  },
  "POST /api/admin/plans/{planId}/retirement": {
    summary: "Retires a plan: whoever is on it stays, and nobody is put on it",
    who: "admin",
    answer: "Plan",
  },
  "DELETE /api/admin/plans/{planId}/retirement": {
    summary: "Puts a plan back on offer",
    who: "admin",
    answer: "Plan",
  },
  "GET /api/admin/providers": { summary: "All providers", who: "viewer", answer: "ProviderList" },
  "POST /api/admin/providers": {
    summary: "Adds a provider; its credential is never shown again",
    who: "admin",
    input: createProviderInput,
    answer: "Provider",
    creates,
    versioned,
  },
  "GET /api/admin/providers/health": {
    summary: "How each provider has answered in the last hour: errors and latency",
    who: "viewer",
    answer: "ProviderHealthList",
  },
  "GET /api/admin/providers/{providerId}": { summary: "A provider", who: "viewer", answer: "Provider", versioned },
  "PATCH /api/admin/providers/{providerId}": {
    summary: "Changes a provider",
    who: "admin",
    input: updateProviderInput,
    answer: "Provider",
    versioned,
  },
  "DELETE /api/admin/providers/{providerId}": { summary: "Removes a provider", who: "admin", answer: null },
  "POST /api/admin/providers/{providerId}/test": {
    summary: "Asks a provider for its models, and tells what came of it",
    who: "admin",
    answer: "ProviderTest",
  },
  "GET /api/admin/providers/{providerId}/prices": {
    summary: "What the agency pays a provider, by model",
    who: "viewer",
    answer: "ModelPriceList",
  },
  "POST /api/admin/providers/{providerId}/prices": {
    summary: "Sets a price",
    who: "admin",
    input: createPriceInput,
    answer: "ModelPrice",
    creates,
    versioned,
  },
  "PATCH /api/admin/providers/{providerId}/prices/{priceId}": {
    summary: "Changes a price or ends it; what has been settled keeps its cost",
    who: "admin",
    input: updatePriceInput,
    answer: "ModelPrice",
    versioned,
  },
  "DELETE /api/admin/providers/{providerId}/prices/{priceId}": {
    summary: "Removes a price",
    who: "admin",
    answer: null,
  },
  "GET /api/admin/usage/requests": {
    summary: "Calls in the ledger, newest first",
    who: "viewer",
    query: listRequestsQuery,
    answer: "UsageRequestList",
  },
  "GET /api/admin/usage/requests.csv": {
    summary: "The same as a file",
    who: "viewer",
    query: exportRequestsQuery,
    answer: "csv",
  },
  "GET /api/admin/usage/sources": {
    summary: "Use by source and key over time, with totals",
    who: "viewer",
    query: sourcesQuery,
    answer: "SourcesReport",
  },
  "GET /api/admin/usage/sources.csv": {
    summary: "The same as a file",
    who: "viewer",
    query: sourcesQuery,
    answer: "csv",
  },
  "GET /api/admin/usage/monthly": {
    summary: "Calls and tokens per month, client and key, 200 clients at a time",
    who: "viewer",
    query: monthlyQuery,
    answer: "MonthlyUsageList",
  },
  "GET /api/admin/usage/monthly.csv": {
    summary: "The same as a file, of all clients",
    who: "viewer",
    query: exportMonthlyQuery,
    answer: "csv",
  },
  "GET /api/admin/audit": {
    summary: "Who changed what, newest first",
    who: "viewer",
    query: auditQuery,
    answer: "AuditEventList",
  },
  "GET /api/admin/audit.csv": { summary: "The same as a file", who: "viewer", query: exportAuditQuery, answer: "csv" },
  "GET /api/admin/search": {
    summary: "Clients and keys by a part of their names, the best few of each",
    who: "viewer",
    query: searchQuery,
    answer: "SearchResult",
  },
  "GET /api/admin/settings": {
    summary: "Who the agency is, and what holds for all clients",
    who: "viewer",
    answer: "Settings",
    versioned,
  },
  "PATCH /api/admin/settings": {
    summary: "Changes that",
    who: "owner",
    input: updateSettingsInput,
    answer: "Settings",
    versioned,
  },
  "GET /api/admin/settings/alerts": {
    summary: "Whether alerts can be mailed, and what became of the last mail of them",
    who: "viewer",
    answer: "AlertMails",
  },
  "POST /api/admin/settings/alerts/test": {
    summary: "Sends a mail to those who are told of limits, and tells what came of it",
    who: "owner",
    answer: "TestMail",
  },
  "PUT /api/admin/settings/logo": {
    summary: "Shows this picture (PNG, JPEG or WebP) on the agency's pages and its clients'",
    who: "owner",
    input: "image",
    answer: null,
  },
  "DELETE /api/admin/settings/logo": { summary: "Shows none", who: "owner", answer: null },
  "GET /api/admin/settings/retention": {
    summary: "For how many months calls are kept, and of which clients for another time",
    who: "viewer",
    answer: "Retention",
  },
  "GET /api/admin/settings/retention/preview": {
    summary: "What would be purged if calls were kept for so many months",
    who: "viewer",
    query: previewQuery,
    answer: "RetentionPreview",
  },
  "PUT /api/admin/settings/retention/{tenantId}": {
    summary: "Keeps a client's calls for another time than the others'",
    who: "owner",
    input: tenantRetentionInput,
    answer: null,
    versioned,
  },
  "GET /api/admin/tokens": { summary: "The tokens of scripts", who: "viewer", answer: "AdminTokenList" },
  "POST /api/admin/tokens": {
    summary: "Issues a token for a script; its secret is told this once",
    who: "owner",
    input: createAdminTokenInput,
    answer: "AdminTokenWithSecret",
    creates,
  },
  "POST /api/admin/tokens/{tokenId}/revocation": {
    summary: "Revokes a token",
    who: "owner",
    answer: "AdminToken",
  },
  ...peopleOperations,
};
