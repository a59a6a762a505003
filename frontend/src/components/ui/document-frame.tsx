"use client";

import { useState } from "react";

import { cn } from "./cn";
import { Skeleton } from "./skeleton";

type Props = { src: string; title: string; className?: string };

/** A PDF as a sheet of A4, in the browser's own viewer without its tool bar. Give it a `key` that changes with the document. */
export function DocumentFrame({ src, title, className }: Props) {
  const [isLoaded, setIsLoaded] = useState(false);
  return (
    <div
      className={cn(
        "relative aspect-[210/297] w-full overflow-hidden rounded-sm border border-rule bg-raised shadow-low",
        className,
      )}
    >
      <div
        aria-hidden={isLoaded}
        className={cn("absolute inset-0 transition-opacity delay-700 duration-100", isLoaded && "opacity-0")}
      >
        <SheetSkeleton />
      </div>
      <iframe
        src={`${src}#toolbar=0&navpanes=0&view=Fit`}
        title={title}
        onLoad={() => setIsLoaded(true)}
        // A little larger than the sheet, which cuts off the viewer's dark edge; shown a moment after it says it has
        // loaded, because only then has it drawn.
        className={cn(
          "absolute -inset-1.5 size-[calc(100%+0.75rem)] transition-opacity duration-100",
          isLoaded ? "delay-700" : "opacity-0",
        )}
      />
    </div>
  );
}

/** Letterhead, address, lines and total, where they will stand. */
export function SheetSkeleton() {
  return (
    <div role="status" aria-label="Loading the document" className="flex h-full flex-col p-[9%]">
      <div className="flex justify-between">
        <Skeleton className="h-6 w-2/5" />
        <Skeleton className="h-6 w-1/5" />
      </div>
      <div className="mt-[12%] space-y-2">
        <Skeleton className="h-3 w-1/3" />
        <Skeleton className="h-3 w-1/4" />
        <Skeleton className="h-3 w-1/4" />
      </div>
      <div className="mt-[14%] divide-y divide-rule border-y border-rule">
        {[0, 1, 2, 3].map((row) => (
          <div key={row} className="flex justify-between py-4">
            <Skeleton className="h-3 w-1/2" />
            <Skeleton className="h-3 w-1/6" />
          </div>
        ))}
      </div>
      <Skeleton className="mt-6 ml-auto h-5 w-1/4" />
    </div>
  );
}
