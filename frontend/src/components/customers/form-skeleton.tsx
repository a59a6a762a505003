import { Skeleton } from "@/components/ui/skeleton";

export function FormSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="max-w-form space-y-5">
      {Array.from({ length: 6 }, (_, index) => (
        <div key={index} className="space-y-2">
          <Skeleton className="h-4 w-28" />
          <Skeleton className="h-10 w-full" />
        </div>
      ))}
    </div>
  );
}
