"use client";

import { useQuery } from "@tanstack/react-query";

import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { roleNames, rolesToGive, type GivenRole } from "@/lib/roles";
import { permissionTableOptions } from "@/queries/members";
import { useCurrentTeam } from "@/queries/session";

type Props = { value: GivenRole; onChange: (role: GivenRole) => void; error?: string | undefined };

/** The roles one may give, each with what it means. */
export function RoleField({ value, onChange, error }: Props) {
  const { role: own } = useCurrentTeam();
  const table = useQuery(permissionTableOptions()).data;
  const hint = table?.roles.find(({ role }) => role === value)?.description;
  const roles = rolesToGive(own);
  return (
    <Field label="Role" hint={hint} error={error}>
      {(control) => (
        <Select
          {...control}
          value={value}
          onChange={(event) => {
            const chosen = roles.find((role) => role === event.target.value);
            if (chosen) onChange(chosen);
          }}
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {roleNames[role]}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
