import type { ReactNode } from "react";

import {
  RowList,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeaderCell,
  TableRow,
} from "@/components/ui/table";
import type { JobTaskStatistics } from "@/openapi/types.gen";

import { formatSeconds } from "../durations";
import { taskTitle } from "../task-words";

const shareFormat = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });
const countFormat = new Intl.NumberFormat("en-GB");

type Props = {
  tasks: readonly string[];
  statistics: readonly JobTaskStatistics[];
  /** What can be done to a task, where something can. */
  renderAction?: (task: string) => ReactNode;
};

/** Every task with its figures, the busiest first. */
export function TasksTable({ tasks, statistics, renderAction }: Props) {
  const rows = rowsOf(tasks, statistics);
  return (
    <>
      <Table className="hidden lg:table">
        <TableHead>
          <tr>
            <TableHeaderCell>Task</TableHeaderCell>
            <TableHeaderCell isFigure>Done</TableHeaderCell>
            <TableHeaderCell isFigure>Tried again</TableHeaderCell>
            <TableHeaderCell isFigure>Failed</TableHeaderCell>
            <TableHeaderCell isFigure>Share failed</TableHeaderCell>
            <TableHeaderCell isFigure>Waited, mean</TableHeaderCell>
            <TableHeaderCell isFigure>longest</TableHeaderCell>
            <TableHeaderCell isFigure>Took, mean</TableHeaderCell>
            <TableHeaderCell isFigure>longest</TableHeaderCell>
            {renderAction ? (
              <TableHeaderCell>
                <span className="sr-only">Pause</span>
              </TableHeaderCell>
            ) : null}
          </tr>
        </TableHead>
        <TableBody>
          {rows.map(({ task, figures }) => (
            <TableRow key={task}>
              <TableCell className="py-2">
                <Name task={task} />
              </TableCell>
              <TableCell isFigure>{count(figures?.succeeded)}</TableCell>
              <TableCell isFigure>{count(figures?.failed)}</TableCell>
              <TableCell isFigure>{count(figures?.dead)}</TableCell>
              <TableCell isFigure>{share(figures)}</TableCell>
              <TableCell isFigure>{seconds(figures?.wait_seconds_mean)}</TableCell>
              <TableCell isFigure>{seconds(figures?.wait_seconds_max)}</TableCell>
              <TableCell isFigure>{seconds(figures?.run_seconds_mean)}</TableCell>
              <TableCell isFigure>{seconds(figures?.run_seconds_max)}</TableCell>
              {renderAction ? <TableCell className="text-right">{renderAction(task)}</TableCell> : null}
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <RowList className="lg:hidden">
        {rows.map(({ task, figures }) => (
          <li key={task} className="flex flex-wrap items-center justify-between gap-3 py-3 text-sm">
            <div className="min-w-0 flex-1 basis-48">
              <Name task={task} />
              <p className="text-muted figures">{sentenceOf(figures)}</p>
            </div>
            {renderAction?.(task)}
          </li>
        ))}
      </RowList>
    </>
  );
}

function Name({ task }: { task: string }) {
  return (
    <>
      <span className="block font-semibold">{taskTitle(task)}</span>
      <span className="block font-mono text-xs wrap-anywhere text-muted">{task}</span>
    </>
  );
}

function rowsOf(tasks: readonly string[], statistics: readonly JobTaskStatistics[]) {
  const figuresOf = new Map(statistics.map((figures) => [figures.task, figures]));
  return [...new Set([...statistics.map(({ task }) => task), ...tasks])]
    .map((task) => ({ task, figures: figuresOf.get(task) }))
    .sort((one, other) => attemptsOf(other.figures) - attemptsOf(one.figures));
}

function attemptsOf(figures: JobTaskStatistics | undefined): number {
  return figures ? figures.succeeded + figures.failed + figures.dead : 0;
}

function sentenceOf(figures: JobTaskStatistics | undefined): string {
  if (!figures) return "Nothing ended in this time.";
  return `${count(figures.succeeded)} done, ${count(figures.dead)} failed, took ${seconds(figures.run_seconds_mean)} on average`;
}

function share(figures: JobTaskStatistics | undefined): string {
  return figures?.failure_share == null ? "—" : shareFormat.format(figures.failure_share);
}

function count(value: number | undefined): string {
  return value === undefined ? "—" : countFormat.format(value);
}

function seconds(value: number | null | undefined): string {
  return value == null ? "—" : formatSeconds(value);
}
