import { createOwnKeyInput } from "../keys/schema";
import {
  ownExportRequestsQuery,
  ownListRequestsQuery,
  ownMonthlyQuery,
  ownPageQuery,
  ownQuery,
  ownSourcesQuery,
} from "../usage/schema";
import type { Operations } from "./operation";

const who = "client";

/** What a client sees of itself; never use by legacy keys. */
export const usageOperations: Operations = {
  "GET /api/usage/quota": {
    summary: "One's limits, and how much of them is taken",
    who,
    query: ownQuery,
    answer: "OwnQuota",
  },
  "GET /api/usage/page": {
    summary: "One's limits, keys, months and use by source together, of one moment",
    who,
    query: ownPageQuery,
    answer: "OwnPage",
  },
  "GET /api/usage/keys": { summary: "One's keys, with this month's use", who, query: ownQuery, answer: "OwnKeyList" },
  "POST /api/usage/keys": {
    summary: "Makes a key of one's own; its secret is told this once",
    who: "manager",
    query: ownQuery,
    input: createOwnKeyInput,
    answer: "OwnKeyWithSecret",
    creates: true,
  },
  "POST /api/usage/keys/{keyId}/revocation": {
    summary: "Revokes a key of one's own: it stops with the next call",
    who: "manager",
    query: ownQuery,
    answer: null,
  },
  "GET /api/usage/requests": {
    summary: "One's calls, newest first",
    who,
    query: ownListRequestsQuery,
    answer: "UsageRequestList",
  },
  "GET /api/usage/requests.csv": { summary: "The same as a file", who, query: ownExportRequestsQuery, answer: "csv" },
  "GET /api/usage/sources": {
    summary: "One's use by source and key over time",
    who,
    query: ownSourcesQuery,
    answer: "SourcesReport",
  },
  "GET /api/usage/sources.csv": { summary: "The same as a file", who, query: ownSourcesQuery, answer: "csv" },
  "GET /api/usage/monthly": {
    summary: "One's calls and tokens per month and key",
    who,
    query: ownMonthlyQuery,
    answer: "MonthlyUsageList",
  },
  "GET /api/usage/monthly.csv": { summary: "The same as a file", who, query: ownMonthlyQuery, answer: "csv" },
};
