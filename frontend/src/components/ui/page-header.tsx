import Link from "next/link";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";

type Props = {
  title: ReactNode;
  /** One line under the title: a state, a count, a date. */
  description?: ReactNode;
  /** Where the page belongs. */
  back?: { href: string; label: string };
  /** The page's one primary action; on a phone it sits at the bottom edge, in reach of the thumb. */
  action?: ReactNode;
  /** Quieter actions, left of the primary one. */
  secondary?: ReactNode;
};

export function PageHeader({ title, description, back, action, secondary }: Props) {
  return (
    <header className="mb-6 md:mb-8">
      {back ? (
        <Link
          href={back.href}
          className="mb-2 -ml-1 inline-flex h-8 items-center gap-1 rounded-sm pr-2 text-sm text-muted hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4" />
          {back.label}
        </Link>
      ) : null}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-lg leading-10 font-semibold">{title}</h1>
          {description ? <div className="mt-1 text-sm text-muted">{description}</div> : null}
        </div>
        {secondary || action ? (
          <div className="flex flex-wrap items-center gap-3">
            {secondary}
            {action ? (
              <div className="fixed inset-x-0 bottom-0 z-20 border-t border-rule bg-paper p-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] *:w-full empty:hidden md:static md:border-0 md:bg-transparent md:p-0 md:*:w-auto">
                {action}
              </div>
            ) : null}
          </div>
        ) : null}
      </div>
    </header>
  );
}
