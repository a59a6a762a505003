"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { jobPausesOptions } from "@/queries/job-operations";
import { allJobsStatisticsOptions, allJobsSummaryOptions } from "@/queries/jobs";

import { PauseQueue } from "../admin/pause-queue";
import { PauseTask } from "../admin/pause-task";
import { Charts } from "./charts";
import { ChartsSkeleton } from "./charts-skeleton";
import { RangeLinks, useRange } from "./range-links";
import { TasksTable } from "./tasks-table";

export function AllFigures() {
  return (
    <>
      <PageHeader
        title="Tasks"
        description="What ended when in all teams, how long it waited and took, and what may start."
        secondary={<PauseQueue />}
      />
      <RangeLinks />
      <QueryBoundary skeleton={<ChartsSkeleton />} errorTitle="The figures could not be loaded">
        <Figures />
      </QueryBoundary>
    </>
  );
}

function Figures() {
  const range = useRange();
  const { data: statistics } = useSuspenseQuery(allJobsStatisticsOptions(range));
  const { data: summary } = useSuspenseQuery(allJobsSummaryOptions());
  const { data: pauses } = useSuspenseQuery(jobPausesOptions());
  return (
    <>
      <Charts statistics={statistics} range={range} />
      <Section title="By task" className="mt-10">
        <TasksTable
          tasks={summary.tasks}
          statistics={statistics.tasks}
          renderAction={(task) => <PauseTask task={task} pauses={pauses.items} />}
        />
      </Section>
    </>
  );
}
