import type { ComponentProps } from "react";

import { cn } from "./cn";

/** Text stays at 16 px on phones: iOS zooms into anything smaller. */
export const controlClasses =
  "w-full rounded-sm border border-rule-strong bg-raised px-3 text-base text-ink placeholder:text-muted hover:border-ink focus-visible:border-accent focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-overdue md:text-sm";

type Props = ComponentProps<"input"> & {
  /** Figures line up at the right, in equal widths. */
  isFigure?: boolean;
};

export function Input({ className, isFigure = false, ...props }: Props) {
  return (
    <input
      className={cn(controlClasses, "h-10", isFigure && "text-right figures", className)}
      inputMode={isFigure ? "decimal" : undefined}
      {...props}
    />
  );
}
