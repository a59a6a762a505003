import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";

import { cn } from "./cn";
import { controlClasses } from "./input";

type Props = ComponentProps<"select">;

/** The platform's own select: the best one on a phone, and it works inside a dialog. */
export function Select({ className, children, ...props }: Props) {
  return (
    <span className={cn("relative block", className)}>
      <select className={cn(controlClasses, "h-10 appearance-none pr-9")} {...props}>
        {children}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-3 right-3 size-4 text-muted" />
    </span>
  );
}
