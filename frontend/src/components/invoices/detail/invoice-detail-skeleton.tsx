import { SheetSkeleton } from "@/components/ui/document-frame";
import { Skeleton } from "@/components/ui/skeleton";

export function InvoiceDetailSkeleton() {
  return (
    <>
      <Skeleton className="mb-2 h-8 w-20" />
      <div className="mb-8 flex justify-between">
        <Skeleton className="h-16 w-44" />
        <Skeleton className="hidden h-10 w-36 md:block" />
      </div>
      <div className="flex flex-col-reverse gap-10 lg:flex-row">
        <div className="h-160 min-w-0 rounded-sm border border-rule bg-raised shadow-low lg:h-auto lg:flex-1">
          <SheetSkeleton />
        </div>
        <div className="space-y-8 lg:w-80 lg:shrink-0">
          <div>
            <Skeleton className="h-5 w-24" />
            <Skeleton className="mt-2 h-10 w-56" />
            <Skeleton className="mt-2 h-5 w-40" />
          </div>
          <Skeleton className="h-24 w-full" />
          <Skeleton className="h-24 w-full" />
          <Skeleton className="h-40 w-full" />
        </div>
      </div>
    </>
  );
}
