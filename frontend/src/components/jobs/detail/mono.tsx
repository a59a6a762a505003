import type { ReactNode } from "react";

import { cn } from "@/components/ui/cn";

type Props = { label: string; className?: string; children: ReactNode };

/** Text of machines, in a block that scrolls by itself, also by keyboard. */
export function Mono({ label, className, children }: Props) {
  return (
    <pre
      tabIndex={0}
      role="region"
      aria-label={label}
      className={cn(
        "max-h-96 overflow-auto rounded-md border border-rule bg-sunken p-4 font-mono text-xs",
        className,
      )}
    >
      {children}
    </pre>
  );
}
