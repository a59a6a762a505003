"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { LinkButton } from "@/components/ui/link-button";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import type { JobListState } from "@/lib/search-params/jobs";
import type { JobReach } from "@/queries/jobs";

import { taskTitle } from "../task-words";
import { OwnerField } from "./owner-field";

type Props = {
  reach: JobReach;
  state: JobListState;
  setState: (patch: Partial<JobListState>) => void;
  tasks: readonly string[];
  isFiltered: boolean;
  clearHref: string;
};

export function JobsToolbar({ reach, state, setState, tasks, isFiltered, clearHref }: Props) {
  const choices = state.task && !tasks.includes(state.task) ? [...tasks, state.task] : tasks;
  return (
    <search className="mb-4 grid grid-cols-2 items-end gap-3 md:flex md:flex-wrap">
      <SearchInput
        label="Search id, argument, error"
        value={state.search}
        onChange={(search) => setState({ search })}
        className="col-span-2 md:w-60"
      />
      <Field label="Task" isLabelHidden className="col-span-2">
        {(control) => (
          <Select
            {...control}
            className="md:w-60"
            value={state.task}
            onChange={(event) => setState({ task: event.target.value })}
          >
            <option value="">Every task</option>
            {choices.map((task) => (
              <option key={task} value={task}>
                {taskTitle(task)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {reach === "all" ? <OwnerField state={state} setState={setState} /> : null}
      <Field label="Queued from">
        {(control) => (
          <Input
            type="date"
            {...control}
            value={state.from}
            onChange={(event) => setState({ from: event.target.value })}
          />
        )}
      </Field>
      <Field label="Queued until">
        {(control) => (
          <Input
            type="date"
            {...control}
            value={state.until}
            onChange={(event) => setState({ until: event.target.value })}
          />
        )}
      </Field>
      {state.worker ? (
        <p className="col-span-2 text-sm text-muted md:leading-10">
          Only by worker <code className="font-mono text-xs wrap-anywhere">{state.worker}</code>
        </p>
      ) : null}
      {isFiltered ? (
        <LinkButton href={clearHref} variant="ghost" className="col-span-2">
          Clear the filters
        </LinkButton>
      ) : null}
    </search>
  );
}
