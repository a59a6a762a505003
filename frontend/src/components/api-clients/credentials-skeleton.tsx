import { Skeleton } from "@/components/ui/skeleton";

export function CredentialsSkeleton({ rows = 2 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="divide-y divide-rule border-b border-rule">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="space-y-2 py-4">
          <Skeleton className="h-5 w-40" />
          <Skeleton className="h-4 w-full max-w-md" />
          <Skeleton className="h-4 w-full max-w-sm" />
        </div>
      ))}
    </div>
  );
}
