import { cn } from "./cn";

/** Give it the size of what is coming: `<Skeleton className="h-4 w-40" />`. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn("block animate-skeleton rounded-sm bg-rule", className)} />;
}

/** Rows of a table while they load, at the height they will have. */
export function TableSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="divide-y divide-rule border-t border-rule-strong">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex h-13 items-center justify-between gap-6">
          <Skeleton className="h-4 w-24" />
          <Skeleton className="h-4 w-2/5" />
          <Skeleton className="h-4 w-20" />
        </div>
      ))}
    </div>
  );
}
