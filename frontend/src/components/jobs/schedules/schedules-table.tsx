"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";

import { EmptyState } from "@/components/ui/empty-state";
import { Table, TableBody, TableHead, TableHeaderCell } from "@/components/ui/table";
import type { JobScheduleEntry } from "@/openapi/types.gen";
import { jobSchedulesOptions } from "@/queries/job-operations";

import { EditScheduleDialog } from "./edit-schedule-dialog";
import { ScheduleItem, ScheduleRow } from "./schedule-row";

/** What starts by itself, when next, and what became of it last. */
export function SchedulesTable() {
  const { data } = useSuspenseQuery(jobSchedulesOptions());
  const [edited, setEdited] = useState<JobScheduleEntry | null>(null);
  if (data.items.length === 0) {
    return (
      <EmptyState
        title="Nothing starts by itself"
        description="A task with a schedule in the code shows up here once a worker has started."
      />
    );
  }
  return (
    <>
      <Table className="hidden lg:table">
        <TableHead>
          <tr>
            <TableHeaderCell>Task</TableHeaderCell>
            <TableHeaderCell>When</TableHeaderCell>
            <TableHeaderCell>Next</TableHeaderCell>
            <TableHeaderCell>Last</TableHeaderCell>
            <TableHeaderCell>
              <span className="sr-only">Actions</span>
            </TableHeaderCell>
          </tr>
        </TableHead>
        <TableBody>
          {data.items.map((schedule) => (
            <ScheduleRow key={schedule.name} schedule={schedule} onEdit={() => setEdited(schedule)} />
          ))}
        </TableBody>
      </Table>
      <ul className="divide-y divide-rule border-y border-rule lg:hidden">
        {data.items.map((schedule) => (
          <ScheduleItem key={schedule.name} schedule={schedule} onEdit={() => setEdited(schedule)} />
        ))}
      </ul>
      {edited ? <EditScheduleDialog schedule={edited} onClose={() => setEdited(null)} /> : null}
    </>
  );
}
