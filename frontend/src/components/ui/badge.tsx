import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";

import { cn } from "./cn";

const badgeVariants = cva(
  "inline-flex h-6 items-center gap-1.5 rounded-sm px-2 text-xs font-semibold whitespace-nowrap",
  {
    variants: {
      tone: {
        draft: "bg-draft-soft text-draft",
        open: "bg-open-soft text-open",
        paid: "bg-paid-soft text-paid",
        overdue: "bg-overdue-soft text-overdue",
        void: "bg-draft-soft text-muted line-through",
      },
    },
    defaultVariants: { tone: "draft" },
  },
);

export type BadgeTone = NonNullable<VariantProps<typeof badgeVariants>["tone"]>;

type Props = ComponentProps<"span"> & { tone?: BadgeTone };

export function Badge({ className, tone, ...props }: Props) {
  return <span className={cn(badgeVariants({ tone }), className)} {...props} />;
}
