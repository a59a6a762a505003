"use client";

import { Keyboard, LogOut, Settings } from "lucide-react";
import type { ReactElement } from "react";

import { Menu, MenuItem, MenuLink, MenuRadioGroup, MenuSeparator } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import { useTheme } from "@/lib/theme";
import { useLogOut } from "@/queries/session";

const themes = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "system", label: "As the system" },
] as const;

type Props = { trigger: ReactElement; side: "top" | "bottom"; onHelp: () => void };

/** Loaded when first asked for: the menu's code is worth more bytes than the rest of the shell. */
export function UserMenuContent({ trigger, side, onHelp }: Props) {
  const { choice, setChoice } = useTheme();
  const logOut = useLogOut();

  const onLogOut = () =>
    logOut.mutate(
      {},
      {
        // A full page load on purpose: nothing of this session stays in memory.
        // eslint-disable-next-line @next/next/no-location-assign-relative-destination
        onSuccess: () => window.location.assign("/log-in"),
        onError: (error) => toast.error(errorMessage(error) ?? "You are still logged in. Try again."),
      },
    );

  return (
    <Menu trigger={trigger} side={side} align="start" isDefaultOpen>
      <MenuRadioGroup label="Theme" value={choice} onChange={setChoice} options={themes} />
      <MenuSeparator />
      <MenuLink href="/settings">
        <Settings aria-hidden />
        Settings
      </MenuLink>
      <MenuItem onSelect={onHelp}>
        <Keyboard aria-hidden />
        Keyboard shortcuts
      </MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={onLogOut}>
        <LogOut aria-hidden />
        Log out
      </MenuItem>
    </Menu>
  );
}
