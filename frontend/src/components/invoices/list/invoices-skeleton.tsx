import { Skeleton } from "@/components/ui/skeleton";

const ROWS = 8;

/** The header line and rows of the list, at the heights they will have. */
export function InvoicesSkeleton() {
  return (
    <div role="status" aria-label="Loading">
      <div className="hidden h-10 items-center justify-between border-b border-rule-strong lg:flex">
        <Skeleton className="h-4 w-20" />
        <Skeleton className="h-4 w-24" />
      </div>
      <div className="divide-y divide-rule border-y border-rule lg:border-0">
        {Array.from({ length: ROWS }, (_, index) => (
          <div key={index} className="flex h-19 items-center justify-between gap-6 lg:h-13">
            <div className="flex flex-1 flex-col gap-3 lg:flex-row lg:gap-8">
              <Skeleton className="h-4 w-28" />
              <Skeleton className="h-4 w-40 max-w-full" />
            </div>
            <Skeleton className="hidden h-6 w-16 lg:block" />
            <Skeleton className="h-4 w-24" />
          </div>
        ))}
      </div>
    </div>
  );
}
