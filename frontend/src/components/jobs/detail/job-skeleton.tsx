import { Skeleton } from "@/components/ui/skeleton";

export function JobSkeleton() {
  return (
    <div role="status" aria-label="Loading">
      <Skeleton className="mb-3 h-4 w-16" />
      <div className="mb-8 flex items-center justify-between">
        <Skeleton className="h-7 w-64" />
        <Skeleton className="h-10 w-28" />
      </div>
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="space-y-8">
          <Skeleton className="h-48 w-full" />
          <Skeleton className="h-40 w-full" />
        </div>
        <Skeleton className="h-72 w-full" />
      </div>
    </div>
  );
}
