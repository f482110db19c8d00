/** What each endpoint is: a read, a change. One that is not listed here fails the test. */
const reads = [
  "/api/admin/audit",
  "/api/admin/audit.csv",
  "/api/admin/overview",
  "/api/admin/overview/use",
  "/api/admin/plans",
  "/api/admin/plans/[planId]",
  "/api/admin/providers",
  "/api/admin/providers/[providerId]",
  "/api/admin/providers/[providerId]/prices",
  "/api/admin/providers/health",
  "/api/admin/search",
  "/api/admin/settings",
  "/api/admin/settings/alerts",
  "/api/admin/settings/retention",
  "/api/admin/settings/retention/preview",
  "/api/admin/tenants",
  "/api/admin/tenants/[tenantId]",
  "/api/admin/tenants/[tenantId]/adjustments",
  "/api/admin/tenants/[tenantId]/keys",
  "/api/admin/tenants/[tenantId]/keys/[keyId]",
  "/api/admin/tenants/[tenantId]/keys/[keyId]/attempts",
  "/api/admin/tenants/[tenantId]/people",
  "/api/admin/tenants/[tenantId]/quota",
  "/api/admin/tenants/[tenantId]/refusals",
  "/api/admin/tokens",
  "/api/admin/usage/monthly",
  "/api/admin/usage/monthly.csv",
  "/api/admin/usage/requests",
  "/api/admin/usage/requests.csv",
  "/api/admin/usage/sources",
  "/api/admin/usage/sources.csv",
].map((path) => `GET ${path}`);

const changes = [
  "POST /api/admin/plans",
  "PATCH /api/admin/plans/[planId]",
  "DELETE /api/admin/plans/[planId]",
  "POST /api/admin/plans/[planId]/preview",
  "POST /api/admin/plans/[planId]/retirement",
  "DELETE /api/admin/plans/[planId]/retirement",
  "POST /api/admin/providers",
  "PATCH /api/admin/providers/[providerId]",
  "DELETE /api/admin/providers/[providerId]",
  "POST /api/admin/providers/[providerId]/test",
  "POST /api/admin/providers/[providerId]/prices",
  "PATCH /api/admin/providers/[providerId]/prices/[priceId]",
  "DELETE /api/admin/providers/[providerId]/prices/[priceId]",
  "POST /api/admin/tenants",
  "PATCH /api/admin/tenants/[tenantId]",
  "DELETE /api/admin/tenants/[tenantId]",
  "POST /api/admin/tenants/[tenantId]/restoration",
  "PUT /api/admin/tenants/[tenantId]/subscription",
  "POST /api/admin/tenants/[tenantId]/adjustments",
  "POST /api/admin/tenants/[tenantId]/usage-import",
  "POST /api/admin/tenants/[tenantId]/keys",
  "PATCH /api/admin/tenants/[tenantId]/keys/[keyId]",
  "POST /api/admin/tenants/[tenantId]/keys/[keyId]/revocation",
  "POST /api/admin/tenants/[tenantId]/keys/[keyId]/rotation",
  "POST /api/admin/tenants/[tenantId]/people",
  "PATCH /api/admin/tenants/[tenantId]/people/[userId]",
  "DELETE /api/admin/tenants/[tenantId]/people/[userId]",
  "POST /api/admin/tenants/[tenantId]/people/[userId]/link",
  "DELETE /api/admin/tenants/[tenantId]/people/[userId]/sessions",
  "DELETE /api/admin/tenants/[tenantId]/people/[userId]/second-step",
];

/** What is for the owner alone, and for scripts with the admin token. */
const owners = [
  "PATCH /api/admin/settings",
  "POST /api/admin/settings/alerts/test",
  "PUT /api/admin/settings/logo",
  "DELETE /api/admin/settings/logo",
  "PUT /api/admin/settings/retention/[tenantId]",
  "GET /api/admin/team",
  "POST /api/admin/team",
  "PATCH /api/admin/team/[userId]",
  "DELETE /api/admin/team/[userId]",
  "POST /api/admin/team/[userId]/link",
  "DELETE /api/admin/team/[userId]/sessions",
  "DELETE /api/admin/team/[userId]/second-step",
  "POST /api/admin/tokens",
  "POST /api/admin/tokens/[tokenId]/revocation",
];

/** What clients may see of themselves. */
export const own = [
  "/api/usage/keys",
  "/api/usage/monthly",
  "/api/usage/monthly.csv",
  "/api/usage/page",
  "/api/usage/quota",
  "/api/usage/requests",
  "/api/usage/requests.csv",
  "/api/usage/sources",
  "/api/usage/sources.csv",
].map((path) => `GET ${path}`);

/** What the managers among a client's people may do, signed in. */
export const managed = ["POST /api/usage/keys", "POST /api/usage/keys/[keyId]/revocation"];

/** What a signed-in user does with what is their own. */
export const sessionsOnly = [
  "GET /api/auth/me",
  "POST /api/auth/me/password",
  "POST /api/auth/me/second-step",
  "POST /api/auth/me/second-step/confirmation",
  "POST /api/auth/me/second-step/removal",
  "DELETE /api/auth/me/sessions",
  "GET /api/playground",
];

/** A key that is presented wins over a session, and a provider has to be there: `playground.test.ts` says who may. */
export const ofPlayground = ["POST /api/playground", "GET /api/playground/models"];

/** What is there before anybody is signed in, and what it answers to nobody who sends nothing of use. */
export const open: Record<string, number> = {
  "GET /api/health/live": 200,
  "GET /api/health/ready": 200,
  "GET /api/logo": 404,
  "GET /api/openapi.json": 200,
  "GET /api/setup": 200,
  "POST /api/setup": 400,
  "POST /api/auth/password": 400,
  "POST /api/auth/password-reset": 400,
};

export const kindOf: Record<string, keyof (typeof table)["nobody"]> = {
  ...Object.fromEntries(reads.map((endpoint) => [endpoint, "read"])),
  ...Object.fromEntries(changes.map((endpoint) => [endpoint, "change"])),
  ...Object.fromEntries(owners.map((endpoint) => [endpoint, "owners"])),
  ...Object.fromEntries(own.map((endpoint) => [endpoint, "own"])),
  ...Object.fromEntries(managed.map((endpoint) => [endpoint, "managed"])),
};

/** Who is let through, and what the others get. */
export const table = {
  nobody: { read: 401, change: 401, owners: 401, own: 401, managed: 401 },
  "wrong token": { read: 401, change: 401, owners: 401, own: 401, managed: 401 },
  "key holder": { read: 401, change: 401, owners: 401, own: "passes", managed: 401 },
  "client's member": { read: 403, change: 403, owners: 403, own: "passes", managed: 403 },
  "client's manager": { read: 403, change: 403, owners: 403, own: "passes", managed: "passes" },
  viewer: { read: "passes", change: 403, owners: 403, own: "passes", managed: 404 },
  "reading token": { read: "passes", change: 403, owners: 403, own: "passes", managed: 401 },
  admin: { read: "passes", change: "passes", owners: 403, own: "passes", managed: 404 },
  "writing token": { read: "passes", change: "passes", owners: 403, own: "passes", managed: 401 },
  owner: { read: "passes", change: "passes", owners: "passes", own: "passes", managed: 404 },
  "admin token": { read: "passes", change: "passes", owners: "passes", own: "passes", managed: 401 },
} as const satisfies Record<string, Record<string, number | "passes">>;

export type CallerName = keyof typeof table;
