import { Money } from "@/components/figures/money";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Skeleton } from "@/components/ui/skeleton";
import { countOf } from "@/lib/format";

import { TotalsList } from "../totals-list";
import type { LiveTotals } from "./use-live-totals";

type Props = { live: LiveTotals };

export function TotalsPanel({ live }: Props) {
  const { totals, error, incompleteCount } = live;
  return (
    <div aria-live="polite" aria-busy={live.isStale} className="text-sm">
      {totals ? (
        <TotalsList
          totals={totals}
          className={cn("transition-opacity duration-100", live.isStale && "opacity-60")}
        />
      ) : error ? null : (
        <Skeleton className="h-24 w-full" />
      )}
      {error ? (
        <p className="mt-3 flex flex-wrap items-center gap-3 text-overdue">
          <span>The totals could not be calculated. {error}</span>
          <Button size="sm" onClick={live.retry}>
            Try again
          </Button>
        </p>
      ) : null}
      {incompleteCount > 0 ? (
        <p className="mt-3 text-muted">
          {countOf(incompleteCount, "line")} not counted yet: quantity, price or tax is missing.
        </p>
      ) : null}
    </div>
  );
}

/** The one figure that stays in sight while the lines are written. */
export function RunningTotal({ live }: Props) {
  if (!live.totals) return null;
  return (
    <p className="text-sm text-muted">
      Total{" "}
      <Money
        amount={live.totals.gross_amount}
        currency={live.totals.currency}
        className={cn("text-base font-semibold text-ink", live.isStale && "opacity-60")}
      />
    </p>
  );
}
