"use client";

import { useQuery } from "@tanstack/react-query";

import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { JobListState } from "@/lib/search-params/jobs";
import { teamChoicesOptions } from "@/queries/admin";

const SYSTEM = "system";

type Props = { state: JobListState; setState: (patch: Partial<JobListState>) => void };

/** Whose jobs: everybody's, a team's, or the system's own. */
export function OwnerField({ state, setState }: Props) {
  const teams = useQuery(teamChoicesOptions()).data?.items ?? [];
  const isUnlisted = state.team !== "" && teams.every((team) => team.id !== state.team);
  return (
    <Field label="Team" isLabelHidden className="col-span-2">
      {(control) => (
        <Select
          {...control}
          className="md:w-52"
          value={state.owner ?? state.team}
          onChange={({ target }) =>
            setState(
              target.value === SYSTEM ? { owner: SYSTEM, team: "" } : { owner: null, team: target.value },
            )
          }
        >
          <option value="">Every team</option>
          <option value={SYSTEM}>Only the system&apos;s own</option>
          {isUnlisted ? <option value={state.team}>One team</option> : null}
          {teams.map((team) => (
            <option key={team.id} value={team.id}>
              {team.name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
