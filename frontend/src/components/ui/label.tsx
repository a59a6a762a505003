import type { ComponentProps } from "react";

import { cn } from "./cn";

type Props = ComponentProps<"label"> & { htmlFor: string };

export function Label({ className, ...props }: Props) {
  return <label className={cn("block text-sm font-semibold text-ink", className)} {...props} />;
}
