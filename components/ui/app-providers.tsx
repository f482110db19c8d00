"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Tooltip } from "radix-ui";
import { type ReactNode, useState } from "react";
import { AppError, type ErrorCode } from "@/lib/errors";
import { NowProvider } from "./now";
import { StaleNotice } from "./stale-notice";
import "./style-nonce";
import { Toaster } from "./toast";
import { tooltipDelayMs } from "./tooltip";

const freshMs = 5_000;
/** Asking again would give the same answer. */
const finalCodes: ErrorCode[] = [
  "invalid_request",
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "precondition_failed",
];

/** What every page needs once: the query cache, the time, tooltips, and what is said beside it. */
export function AppProviders({ startsAt, children }: { startsAt: number; children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);

  return (
    <QueryClientProvider client={queryClient}>
      <NowProvider startsAt={startsAt}>
        <Tooltip.Provider delayDuration={tooltipDelayMs}>
          {children}
          <StaleNotice />
          <Toaster />
        </Tooltip.Provider>
      </NowProvider>
    </QueryClientProvider>
  );
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: freshMs,
        retry: (failures, error) => failures < 2 && !(error instanceof AppError && finalCodes.includes(error.code)),
      },
    },
  });
}
