"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { teamJobStatisticsOptions } from "@/queries/jobs";

import { useLiveJobs } from "../use-live-jobs";
import { Charts } from "./charts";
import { ChartsSkeleton } from "./charts-skeleton";
import { RangeLinks, useRange } from "./range-links";
import { TasksTable } from "./tasks-table";

export function TeamFigures() {
  return (
    <>
      <PageHeader
        back={{ href: "/jobs", label: "Jobs" }}
        title="Jobs in figures"
        description="What of your team's jobs ended when, and how long it waited and took."
      />
      <RangeLinks />
      <QueryBoundary skeleton={<ChartsSkeleton />} errorTitle="The figures could not be loaded">
        <Figures />
      </QueryBoundary>
    </>
  );
}

function Figures() {
  useLiveJobs("team");
  const range = useRange();
  const { data } = useSuspenseQuery(teamJobStatisticsOptions(range));
  return (
    <>
      <Charts statistics={data} range={range} />
      <Section title="By task" className="mt-10">
        {data.tasks.length > 0 ? (
          <TasksTable tasks={[]} statistics={data.tasks} />
        ) : (
          <p className="text-sm text-muted">Nothing ended in this time.</p>
        )}
      </Section>
    </>
  );
}
