import type { VariantProps } from "class-variance-authority";
import Link from "next/link";
import type { ComponentProps } from "react";

import { buttonVariants } from "./button";
import { cn } from "./cn";

type Props = ComponentProps<typeof Link> & VariantProps<typeof buttonVariants>;

/** Looks like a button, goes somewhere: a real link, so it opens in a new tab too. */
export function LinkButton({ className, variant, size, ...props }: Props) {
  return <Link className={cn(buttonVariants({ variant, size }), className)} {...props} />;
}
