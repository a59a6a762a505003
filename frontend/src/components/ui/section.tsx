import { useId, type ReactNode } from "react";

import { cn } from "./cn";

type Props = {
  title: string;
  description?: ReactNode;
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
};

/** A part of a page: a small heading on a hairline, content below. No box around it. */
export function Section({ title, description, aside, className, children }: Props) {
  const headingId = useId();
  return (
    <section aria-labelledby={headingId} className={className}>
      <div
        className={cn(
          "flex items-end justify-between gap-4 border-b border-rule pb-2",
          !description && "mb-3",
        )}
      >
        <h2 id={headingId} className="text-sm font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      {description ? <p className="mt-2 mb-4 max-w-prose text-sm text-muted">{description}</p> : null}
      {children}
    </section>
  );
}
