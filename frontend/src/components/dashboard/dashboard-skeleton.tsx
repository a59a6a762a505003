import { Skeleton } from "@/components/ui/skeleton";

export function DashboardSkeleton() {
  return (
    <div
      role="status"
      aria-label="Loading"
      className="grid gap-6 border-y border-rule-strong py-6 sm:grid-cols-3"
    >
      {["outstanding", "overdue", "paid"].map((name) => (
        <div key={name} className="space-y-2">
          <Skeleton className="h-5 w-28" />
          <Skeleton className="h-9 w-40" />
          <Skeleton className="h-5 w-20" />
        </div>
      ))}
    </div>
  );
}
