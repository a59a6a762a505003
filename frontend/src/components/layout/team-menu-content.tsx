"use client";

import { Plus } from "lucide-react";
import type { ReactElement } from "react";

import { useTeamChoice } from "@/components/teams/use-team-choice";
import { Menu, MenuItem, MenuRadioGroup, MenuSeparator } from "@/components/ui/menu";
import { roleNames } from "@/lib/roles";
import { useMe } from "@/queries/session";

type Props = { trigger: ReactElement; onCreate: () => void };

/** Loaded when first asked for, as the user's menu is. */
export function TeamMenuContent({ trigger, onCreate }: Props) {
  const { team: current, teams } = useMe();
  const { choose } = useTeamChoice();
  return (
    <Menu trigger={trigger} align="start" isDefaultOpen>
      {teams.length > 0 ? (
        <>
          <MenuRadioGroup
            label="Teams"
            isClosedByChoice
            value={current?.id ?? ""}
            onChange={choose}
            options={teams.map(({ id, name, role }) => ({
              value: id,
              label: (
                <>
                  <span className="max-w-56 truncate">{name}</span>
                  <span className="text-xs text-muted">{roleNames[role]}</span>
                </>
              ),
            }))}
          />
          <MenuSeparator />
        </>
      ) : null}
      <MenuItem onSelect={onCreate}>
        <Plus aria-hidden />
        Create a team
      </MenuItem>
    </Menu>
  );
}
