import { Skeleton } from "@/components/ui/skeleton";

import { AuthCard } from "./auth-card";

/** Before hydration nobody knows what the mailed link says. */
export function AuthCardSkeleton({ title }: { title: string }) {
  return (
    <AuthCard title={title}>
      <div role="status" aria-label="Loading" className="space-y-5">
        <Skeleton className="h-4 w-28" />
        <Skeleton className="h-10 w-full" />
        <Skeleton className="h-10 w-full" />
      </div>
    </AuthCard>
  );
}
