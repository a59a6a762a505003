import { Skeleton } from "@/components/ui/skeleton";

export function EditorSkeleton() {
  return (
    <>
      <Skeleton className="mb-2 h-8 w-20" />
      <Skeleton className="mb-8 h-10 w-44" />
      <EditorFieldsSkeleton />
    </>
  );
}

export function EditorFieldsSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="space-y-10">
      <div className="grid grid-cols-2 gap-x-4 gap-y-5 lg:grid-cols-4 lg:gap-x-6">
        <FieldSkeleton className="col-span-2 lg:col-span-3" />
        <FieldSkeleton className="col-span-2 lg:col-span-1" />
        <FieldSkeleton />
        <FieldSkeleton />
        <FieldSkeleton />
        <FieldSkeleton />
      </div>
      <Skeleton className="h-32 w-full" />
      <div className="grid grid-cols-1 gap-10 lg:grid-cols-2">
        <Skeleton className="h-28" />
        <Skeleton className="h-28" />
      </div>
    </div>
  );
}

function FieldSkeleton({ className }: { className?: string }) {
  return (
    <div className={className}>
      <Skeleton className="mb-1.5 h-5 w-24" />
      <Skeleton className="h-10 w-full" />
    </div>
  );
}
