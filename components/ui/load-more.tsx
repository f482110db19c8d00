"use client";

import { useState } from "react";
import { Button } from "./button";
import { focusIfLost } from "./focus-if-lost";

type LoadMoreProps = {
  /** So many are there. */
  pages: number | undefined;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
};

/** The way to the next page of a list, where there is one. */
export function LoadMore({ pages = 0, hasNextPage, isFetchingNextPage, fetchNextPage }: LoadMoreProps) {
  const [isUsed, setUsed] = useState(false);
  // Another list, as a filter makes it, may be a short one.
  if (!hasNextPage) return isUsed && pages > 1 && <ListEnd />;

  function loadMore() {
    setUsed(true);
    fetchNextPage();
  }

  return (
    <div className="flex justify-center border-t border-line py-4">
      <Button busy={isFetchingNextPage} onClick={loadMore}>
        Load more
      </Button>
    </div>
  );
}

/** Stands where the button for more was, and takes its focus over. */
export function ListEnd() {
  return (
    <p
      ref={focusIfLost}
      tabIndex={-1}
      className="border-t border-line py-4 text-center text-caption text-muted print:hidden"
    >
      That is all.
    </p>
  );
}
