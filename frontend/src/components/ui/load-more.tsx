"use client";

import { Button } from "./button";

type Props = { hasMore: boolean; isPending: boolean; onLoadMore: () => void };

/** The end of a cursor-paged list. */
export function LoadMore({ hasMore, isPending, onLoadMore }: Props) {
  if (!hasMore) return null;
  return (
    <div className="flex justify-center pt-6">
      <Button onClick={onLoadMore} isPending={isPending}>
        Show more
      </Button>
    </div>
  );
}
