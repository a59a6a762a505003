import type { ReactNode } from "react";

import { cn } from "./cn";

/** Names and values to read, not to edit. Put <Detail> into it. */
export function DetailList({ className, children }: { className?: string; children: ReactNode }) {
  return <dl className={cn("space-y-4 text-sm", className)}>{children}</dl>;
}

type Props = { label: string; children: ReactNode };

/** What is empty is left out, unless the caller writes a word for it. */
export function Detail({ label, children }: Props) {
  if (children === "" || children === null || children === undefined) return null;
  return (
    <div>
      <dt className="text-muted">{label}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}
