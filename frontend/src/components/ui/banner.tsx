import { cva, type VariantProps } from "class-variance-authority";
import { Info, OctagonAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { cn } from "./cn";

const bannerVariants = cva("border-b px-4 py-3 text-sm md:px-10", {
  variants: {
    tone: {
      info: "border-rule bg-sunken text-ink",
      warning: "border-rule bg-overdue-soft text-ink",
      danger: "border-overdue bg-overdue text-on-overdue",
    },
  },
});

type Tone = NonNullable<VariantProps<typeof bannerVariants>["tone"]>;

const icons = { info: Info, warning: TriangleAlert, danger: OctagonAlert } satisfies Record<Tone, unknown>;

type Props = {
  tone: Tone;
  /** Names the strip among the page's landmarks: "E-mail not verified". */
  label: string;
  children: ReactNode;
  /** The one button that deals with it, `size="sm"`. */
  action?: ReactNode;
  className?: string;
};

/** A strip across the page, for what concerns all of it. */
export function Banner({ tone, label, children, action, className }: Props) {
  const Icon = icons[tone];
  return (
    <section aria-label={label} className={cn(bannerVariants({ tone }), className)}>
      <div className="mx-auto flex max-w-page flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="flex min-w-0 flex-1 basis-64 gap-3">
          <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
          <div className="min-w-0 wrap-anywhere">{children}</div>
        </div>
        {action ? <div className="max-sm:ml-7">{action}</div> : null}
      </div>
    </section>
  );
}
