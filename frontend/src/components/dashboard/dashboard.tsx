"use client";

import { useSuspenseQueries } from "@tanstack/react-query";

import { dashboardOptions, longestOverdueOptions } from "@/queries/dashboard";

import { Activity } from "./activity";
import { DashboardTotals } from "./dashboard-totals";
import { FirstSteps } from "./first-steps";
import { MonthlyChart } from "./monthly-chart";
import { ToDo } from "./to-do";

/** What is owed to me, and what must I do now? */
export function Dashboard() {
  const [{ data }, { data: overdue }] = useSuspenseQueries({
    queries: [dashboardOptions(), longestOverdueOptions()],
  });
  const [main] = data.totals;
  const sumOf = (count: "overdue_count" | "draft_count") =>
    data.totals.reduce((sum, total) => sum + total[count], 0);

  if (!main) {
    return (
      <div className="space-y-10">
        <FirstSteps />
        <Activity events={data.activity} />
      </div>
    );
  }
  return (
    <div className="space-y-8">
      <DashboardTotals totals={data.totals} draftCount={sumOf("draft_count")} />
      <div className="grid gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="space-y-10">
          <ToDo
            overdue={overdue.items}
            overdueCount={sumOf("overdue_count")}
            draftCount={sumOf("draft_count")}
          />
          <MonthlyChart
            currency={main.currency}
            months={data.monthly.filter(({ currency }) => currency === main.currency)}
          />
        </div>
        <Activity events={data.activity} />
      </div>
    </div>
  );
}
