import { Skeleton } from "@/components/ui/skeleton";

export function ChartsSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-x-10 gap-y-10 lg:grid-cols-2">
      {Array.from({ length: 4 }, (_, index) => (
        <Skeleton key={index} className="h-48 w-full" />
      ))}
    </div>
  );
}
