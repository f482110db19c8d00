import { pool } from "../db/client";
import type { TenantSort, TenantSortField, TenantStatusFilter } from "./schema";

/** Where a tenant stands in a list: what it is sorted by, and its id among equals. */
export type Place = { rank: string; id: string };

export type TenantSearch = {
  search?: string | undefined;
  status?: TenantStatusFilter | undefined;
  planId?: string | undefined;
  withArchived: boolean;
  sort: TenantSort;
  after: Place | null;
  limit: number;
  now: Date;
};

/** How many tenants match, and which come next in the order that is asked for. */
export async function findTenants(search: TenantSearch): Promise<{ total: number; found: Place[] }> {
  const { status, planId, withArchived, sort, after, limit, now } = search;
  const field = sort.replace("-", "") as TenantSortField;
  const { rank, type } = ranks[field];
  const [order, beyond] = sort.startsWith("-") ? ["desc", "<"] : ["asc", ">"];
  const { rows } = await pool().query<{ total: string; rank: string | null; id: string | null }>(
    `with standing as materialized (
       select t.id, ${rank} as rank
       from tenant t ${joinsFor(field, search)}
       where ($2 or case when $3 = 'archived' then t.archived_at is not null else t.archived_at is null end)
         and ($4 = '' or strpos(plain_text(t.name), plain_text($4)) > 0 or strpos(t.slug, plain_text($4)) > 0
           or strpos(plain_text(p.name), plain_text($4)) > 0)
         and ($5::uuid is null or p.id = $5)
         and ${conditions[status ?? "any"]}
     )
     select whole.total, page.rank::text, page.id
     from (select count(*) as total from standing) whole
     left join lateral (
       select rank, id from standing
       where $6::uuid is null or (rank, id) ${beyond} ($7::${type}, $6::uuid)
       order by rank ${order}, id ${order} limit $8
     ) page on true
     order by page.rank ${order}, page.id ${order}`,
    [
      now,
      withArchived,
      status ?? "",
      search.search ?? "",
      planId ?? null,
      after?.id ?? null,
      after?.rank ?? null,
      limit,
    ],
  );
  return {
    total: Number(rows[0]?.total ?? 0),
    found: rows.flatMap(({ rank, id }) => (rank === null || id === null ? [] : [{ rank, id }])),
  };
}

/** What tenants are sorted by; texts by byte, so that a page goes on where the one before has ended. */
const ranks: Record<TenantSortField, { rank: string; type: string }> = {
  name: { rank: `plain_text(t.name) collate "C"`, type: "text" },
  plan: { rank: `plain_text(coalesce(p.name, '')) collate "C"`, type: "text" },
  today: { rank: "day.share", type: "float8" },
  month: { rank: "month.share", type: "float8" },
  taken: { rank: "greatest(day.share, month.share)", type: "float8" },
  calls: { rank: "coalesce(of_month.requests_used, 0)::float8", type: "float8" },
  tokens: { rank: "coalesce(of_month.tokens_used, 0)::float8", type: "float8" },
  used: { rank: "coalesce(extract(epoch from used.last_at), 0)::float8", type: "float8" },
};

const conditions: Record<TenantStatusFilter | "any", string> = {
  any: "true",
  archived: "true",
  active: "t.status = 'active'",
  suspended: "t.status = 'suspended'",
  override:
    "t.daily_token_limit is not null and (t.daily_token_limit_expires_at is null or t.daily_token_limit_expires_at > $1)",
  attention: "t.status = 'active' and (day.near or month.near)",
};

/**
 * The plan in force as `resolvePlan` determines it, and of the limits per day and month the share that is taken as `headroomUnder`
 * and `isNear` reckon it: a test holds both to the same answers. What neither the order nor a filter asks for is not joined.
 */
function joinsFor(field: TenantSortField, { status }: TenantSearch): string {
  const isMetered = ["today", "month", "taken", "calls", "tokens"].includes(field) || status === "attention";
  return [planJoin, isMetered && meteredJoins, field === "used" && usedJoin].filter(Boolean).join("\n");
}

/** The plan `p` that `resolvePlan` determines for a tenant `t` at `$1`. */
export const planJoin = `
  left join lateral (
    select s.plan_id from subscription s
    where s.tenant_id = t.id and s.starts_at <= $1 and (s.ends_at is null or s.ends_at > $1)
    order by s.starts_at desc, s.id desc limit 1
  ) subscribed on true
  left join plan p on p.id = coalesce(subscribed.plan_id, (select id from plan where is_default))`;

const usedJoin = `
  left join lateral (select max(k.last_used_at) as last_at from api_key k where k.tenant_id = t.id) used on true`;

/** The counters of the window that runs, looked up by key for each client, whatever the planner thinks of them. */
const counterJoin = (window: "day" | "month") => `
  left join lateral (
    select q.${window}_requests_used as requests_used, q.${window}_requests_reserved as requests_reserved,
      q.${window}_tokens_used as tokens_used, q.${window}_tokens_reserved as tokens_reserved,
      q.${window}_cost_used as cost_used, q.${window}_cost_reserved as cost_reserved
    from quota_counter q
    where q.tenant_id = t.id and q.subject_id = t.id and q.${window}_starts_at <= $1 and q.${window}_ends_at > $1
    offset 0
  ) of_${window} on true`;

type Capped = [metric: "requests" | "tokens" | "cost", cap: string];

const headroomJoin = (window: "day" | "month", limits: Capped[]) => {
  const taken = (metric: Capped[0]) => `coalesce(of_${window}.${metric}_used + of_${window}.${metric}_reserved, 0)`;
  const shares = limits.map(
    ([metric, cap]) =>
      `case when ${cap} is null then -1 when ${cap} = 0 then 1 else greatest(${taken(metric)}, 0)::float8 / ${cap} end`,
  );
  const near = limits.map(
    ([metric, cap]) => `coalesce(${taken(metric)} * 100 >= ${cap} * coalesce(p.near_limit_percent, 80), false)`,
  );
  return `
  cross join lateral (select greatest(${shares.join(", ")}) as share, ${near.join(" or ")} as near) ${window}`;
};

const meteredJoins = [
  counterJoin("day"),
  counterJoin("month"),
  `
  cross join lateral (select case when t.daily_token_limit is null or t.daily_token_limit_expires_at <= $1
    then p.daily_token_limit else t.daily_token_limit end as day_tokens) effective`,
  headroomJoin("day", [
    ["tokens", "effective.day_tokens"],
    ["requests", "p.daily_request_limit"],
  ]),
  headroomJoin("month", [
    ["tokens", "p.monthly_token_limit"],
    ["requests", "p.monthly_request_limit"],
    ["cost", "p.monthly_cost_limit_micro_usd"],
  ]),
].join("");
