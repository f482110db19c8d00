"use client";

import { notifyManager, type Query, type QueryCache, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState, useSyncExternalStore } from "react";
import { AppError, type ErrorCode } from "@/lib/errors";
import { Button } from "./button";
import { formatClock } from "./format-time";
import { messageOf } from "./message-of";

/**
 * Says that what a page shows could not be refreshed: with its clocks going on, it would look as if it were new. What has
 * nothing to show yet says so in its own place.
 */
export function StaleNotice() {
  const queryClient = useQueryClient();
  const cache = queryClient.getQueryCache();
  const subscribe = useCallback((listener: () => void) => cache.subscribe(notifyManager.batchCalls(listener)), [cache]);
  const since = useSyncExternalStore(
    subscribe,
    () => staleSince(cache),
    () => null,
  );
  const reason = useSyncExternalStore(
    subscribe,
    () => reasonOf(cache),
    () => null,
  );
  const [isBusy, setIsBusy] = useState(false);

  async function refresh(): Promise<void> {
    setIsBusy(true);
    await queryClient.refetchQueries({ type: "active", predicate: isStuck });
    setIsBusy(false);
  }

  return (
    <div
      role="status"
      className="fixed inset-x-3 bottom-3 z-40 mx-auto flex w-fit max-w-xl items-center gap-3 rounded-outer border border-near/35 bg-raised py-2 ps-4 pe-2 shadow-float empty:hidden print:hidden"
    >
      {since !== null && (
        <>
          <p>
            Not refreshed since {timeOnTheWall(since)}: {reason}
          </p>
          {reason === signedOut ? (
            <Button asChild>
              {/* Whole, as whoever signs in now may be another. */}
              <a href={`/login?${new URLSearchParams({ to: window.location.pathname + window.location.search })}`}>
                Sign in
              </a>
            </Button>
          ) : (
            <Button busy={isBusy} onClick={refresh}>
              Refresh
            </Button>
          )}
        </>
      )}
    </div>
  );
}

/** By the reader's own clock. It stands still, so that it is not read out again and again. */
function timeOnTheWall(ms: number): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return formatClock(new Date(ms), { timeZone, now: new Date() });
}

/** When the oldest of what is shown and cannot be refreshed was loaded, in ms; null when all can. */
function staleSince(cache: QueryCache): number | null {
  const stuck = listStuck(cache);
  return stuck.length === 0 ? null : Math.min(...stuck.map(({ state }) => state.dataUpdatedAt));
}

const away = "the server or its database cannot be reached.";
const signedOut = "you are signed out.";

/** Why, of several reasons the one that explains the others. */
function reasonOf(cache: QueryCache): string | null {
  const stuck = listStuck(cache);
  if (stuck.some(({ state }) => codeOf(state.error) === "unauthenticated")) return signedOut;
  const failed = stuck.find(({ state }) => state.error !== null && codeOf(state.error) !== "unavailable");
  return failed ? messageOf(failed.state.error) : away;
}

function codeOf(error: Error | null): ErrorCode | null {
  return error instanceof AppError ? error.code : null;
}

function listStuck(cache: QueryCache): Query[] {
  return cache.getAll().filter((query) => query.isActive() && isStuck(query));
}

function isStuck({ state: { dataUpdatedAt, status, fetchStatus } }: Query): boolean {
  return dataUpdatedAt > 0 && (status === "error" || fetchStatus === "paused");
}
