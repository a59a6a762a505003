import Link from "next/link";

import { TimeAgo } from "@/components/figures/time-ago";
import { Badge } from "@/components/ui/badge";
import { TableCell, TableRow } from "@/components/ui/table";
import type { JobScheduleEntry } from "@/openapi/types.gen";

import { StateBadge } from "../job-state";
import { MomentText } from "../moment-text";
import { jobHref } from "../places";
import { taskTitle } from "../task-words";
import { cronWords } from "./cron-words";
import { ScheduleActions } from "./schedule-actions";

type Props = { schedule: JobScheduleEntry; onEdit: () => void };

export function ScheduleRow({ schedule, onEdit }: Props) {
  return (
    <TableRow>
      <TableCell className="py-3">
        <Name schedule={schedule} />
      </TableCell>
      <TableCell className="py-3">
        <When schedule={schedule} />
      </TableCell>
      <TableCell className="py-3">
        <Next schedule={schedule} />
      </TableCell>
      <TableCell className="py-3">
        <Last schedule={schedule} />
      </TableCell>
      <TableCell className="py-3">
        <div className="flex justify-end gap-2">
          <ScheduleActions schedule={schedule} onEdit={onEdit} />
        </div>
      </TableCell>
    </TableRow>
  );
}

export function ScheduleItem({ schedule, onEdit }: Props) {
  return (
    <li className="space-y-3 py-4 text-sm">
      <Name schedule={schedule} />
      <When schedule={schedule} />
      <dl className="grid grid-cols-2 gap-4">
        <div>
          <dt className="text-muted">Next</dt>
          <dd>
            <Next schedule={schedule} />
          </dd>
        </div>
        <div>
          <dt className="text-muted">Last</dt>
          <dd>
            <Last schedule={schedule} />
          </dd>
        </div>
      </dl>
      <div className="flex flex-wrap gap-2">
        <ScheduleActions schedule={schedule} onEdit={onEdit} />
      </div>
    </li>
  );
}

function Name({ schedule }: { schedule: JobScheduleEntry }) {
  return (
    <div>
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">{taskTitle(schedule.task)}</span>
        {schedule.is_enabled ? null : <Badge>Disabled</Badge>}
      </span>
      <span className="block font-mono text-xs wrap-anywhere text-muted">{schedule.name}</span>
    </div>
  );
}

function When({ schedule: { cron, time_zone, is_edited } }: { schedule: JobScheduleEntry }) {
  const words = cronWords(cron);
  return (
    <div>
      {words ? <span className="block first-letter:uppercase">{words}</span> : null}
      <span className="flex flex-wrap items-baseline gap-x-2 text-muted">
        <code className="font-mono text-xs">{cron}</code>
        <span>{is_edited ? `${time_zone}, edited here` : time_zone}</span>
      </span>
    </div>
  );
}

function Next({ schedule: { next_run_at, is_enabled } }: { schedule: JobScheduleEntry }) {
  if (!is_enabled) return <span className="text-muted">Not while disabled</span>;
  return next_run_at ? <MomentText value={next_run_at} /> : <span className="text-muted">Not known yet</span>;
}

function Last({ schedule: { last_run } }: { schedule: JobScheduleEntry }) {
  if (!last_run) return <span className="text-muted">Never</span>;
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <StateBadge state={last_run.state} />
      <Link className="underline" href={jobHref("all", last_run.id)}>
        <TimeAgo value={last_run.queued_at} />
      </Link>
    </span>
  );
}
