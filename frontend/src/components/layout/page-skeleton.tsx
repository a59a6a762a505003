import { Skeleton, TableSkeleton } from "@/components/ui/skeleton";

/** Any page, before we know who is here: a title and a table. */
export function PageSkeleton() {
  return (
    <div role="status" aria-label="Loading">
      <div className="mb-8 flex h-10 items-center justify-between">
        <Skeleton className="h-7 w-44" />
        <Skeleton className="h-10 w-32" />
      </div>
      <TableSkeleton />
    </div>
  );
}
