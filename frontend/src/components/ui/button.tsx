import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";

import { cn } from "./cn";

export const buttonVariants = cva(
  "inline-flex shrink-0 items-center justify-center gap-2 rounded-md font-semibold whitespace-nowrap transition-colors duration-100 select-none disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-accent text-on-accent hover:bg-accent-strong",
        secondary: "border border-rule-strong bg-raised text-ink hover:bg-sunken",
        ghost: "text-ink hover:bg-sunken",
        danger: "bg-overdue text-on-overdue hover:bg-overdue-strong",
      },
      size: {
        sm: "h-8 px-3 text-sm",
        md: "h-10 px-4 text-sm",
        icon: "size-10 text-sm",
      },
    },
    defaultVariants: { variant: "secondary", size: "md" },
  },
);

type Props = ComponentProps<"button"> &
  VariantProps<typeof buttonVariants> & {
    /** Keeps its width and focus, ignores further presses, and says so to a screen reader. */
    isPending?: boolean;
  };

export function Button({
  className,
  variant,
  size,
  isPending = false,
  type = "button",
  onClick,
  children,
  ...props
}: Props) {
  return (
    <button
      type={type}
      className={cn(buttonVariants({ variant, size }), className)}
      aria-busy={isPending || undefined}
      aria-disabled={isPending || undefined}
      onClick={isPending ? (event) => event.preventDefault() : onClick}
      {...props}
    >
      {children}
      {isPending ? <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-current" /> : null}
    </button>
  );
}
