import { Skeleton } from "@/components/ui/skeleton";

export function MailboxMessageSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="space-y-4">
      <Skeleton className="h-7 w-2/3" />
      <Skeleton className="h-5 w-1/2" />
      <Skeleton className="h-10 w-full" />
      <Skeleton className="h-160 w-full" />
    </div>
  );
}
