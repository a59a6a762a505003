import { Skeleton } from "@/components/ui/skeleton";

/** The page at its size: the figures, what to do, the chart, what happened. */
export function DashboardSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="space-y-8">
      <div className="border-t border-rule-strong py-5 double-rule-b">
        <div className="grid grid-cols-2 gap-x-6 gap-y-4 lg:grid-cols-[minmax(0,2fr)_repeat(2,minmax(0,1fr))_8rem] lg:gap-x-8">
          <Figure className="h-11 w-56" outer="col-span-2 lg:col-span-1" />
          <Figure className="h-9 w-32" outer="lg:pl-8" />
          <Figure className="h-9 w-32" outer="lg:pl-8" />
          <Figure className="h-9 w-10" outer="hidden lg:flex lg:pl-8" />
        </div>
      </div>
      <div className="grid gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="space-y-10">
          <Rows count={4} />
          <div>
            <Title />
            <Skeleton className="mt-3 h-46 w-full" />
          </div>
        </div>
        <Rows count={8} />
      </div>
    </div>
  );
}

function Figure({ className, outer }: { className: string; outer: string }) {
  return (
    <div className={`flex flex-col justify-between ${outer}`}>
      <Skeleton className="my-0.5 h-4 w-24" />
      <Skeleton className={className} />
      <Skeleton className="my-0.5 h-4 w-20" />
    </div>
  );
}

function Title() {
  return (
    <div className="flex h-7.5 items-start border-b border-rule">
      <Skeleton className="h-5 w-32" />
    </div>
  );
}

function Rows({ count }: { count: number }) {
  return (
    <div>
      <Title />
      <div className="divide-y divide-rule border-b border-rule">
        {Array.from({ length: count }, (_, index) => (
          <div key={index} className="flex h-13 items-center justify-between gap-6">
            <Skeleton className="h-4 w-2/5" />
            <Skeleton className="h-4 w-24" />
          </div>
        ))}
      </div>
    </div>
  );
}
