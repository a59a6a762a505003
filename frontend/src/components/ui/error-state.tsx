"use client";

import { Button } from "./button";

type Props = {
  title?: string;
  /** What happened, that nothing was lost, what to try. */
  description: string;
  onRetry?: (() => void) | undefined;
  isRetrying?: boolean;
};

export function ErrorState({
  title = "This could not be loaded",
  description,
  onRetry,
  isRetrying = false,
}: Props) {
  return (
    <div role="alert" className="border-l-2 border-overdue bg-overdue-soft px-5 py-4">
      <h2 className="font-semibold">{title}</h2>
      <p className="mt-1 max-w-prose text-sm">{description}</p>
      {onRetry ? (
        <Button className="mt-4" size="sm" onClick={onRetry} isPending={isRetrying}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}
