import { Skeleton } from "@/components/ui/skeleton";

export function LinkedAccountsSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="max-w-form space-y-4">
      <Skeleton className="h-5 w-32" />
      <Skeleton className="h-10 w-full" />
    </div>
  );
}
