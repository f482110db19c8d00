"use client";

import { useState } from "react";
import { Button } from "./button";
import { focusIfLost } from "./focus-if-lost";

type LoadMoreProps = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** The way to the next page of a list, where there is one. */
export function LoadMore({ hasNextPage, isFetchingNextPage, fetchNextPage }: LoadMoreProps) {
  const [isUsed, setUsed] = useState(false);
  if (!hasNextPage) return isUsed && <ListEnd />;

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
