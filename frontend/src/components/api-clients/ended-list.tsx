import type { ReactNode } from "react";

import { ListRows } from "@/components/ui/list-row";

type Props = {
  /** "2 keys that no longer work". */
  summary: string;
  children: ReactNode;
};

/** What does not work any more: kept for looking back, folded away. */
export function EndedList({ summary, children }: Props) {
  return (
    <details className="mt-4">
      <summary className="w-fit cursor-pointer rounded-sm py-2 text-sm text-muted hover:text-ink">
        {summary}
      </summary>
      <ListRows label={summary}>{children}</ListRows>
    </details>
  );
}
