"use client";

import { ChevronsUpDown } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import { useMe } from "@/queries/session";

const load = () => import("./user-menu-content");
const UserMenuContent = lazy(() => load().then((module) => ({ default: module.UserMenuContent })));

type Props = { side: "top" | "bottom"; isCompact?: boolean; onHelp: () => void };

export function UserMenu({ side, isCompact = false, onHelp }: Props) {
  const { user } = useMe();
  const [isWanted, setIsWanted] = useState(false);

  const trigger = (
    <button
      type="button"
      aria-haspopup="menu"
      className="flex h-12 min-w-12 items-center gap-3 rounded-sm px-2 text-left text-sm hover:bg-sunken md:w-full"
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setIsWanted(true)}
    >
      <span
        aria-hidden
        className="flex size-8 shrink-0 items-center justify-center rounded-full border border-rule-strong bg-paper text-xs font-semibold"
      >
        {initials(user.name)}
      </span>
      {isCompact ? (
        <span className="sr-only">Account of {user.name}</span>
      ) : (
        <>
          <span className="min-w-0 flex-1">
            <span className="block truncate font-medium">{user.name}</span>
            <span className="block truncate text-xs text-muted">{user.email}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
        </>
      )}
    </button>
  );

  if (!isWanted) return trigger;
  return (
    <Suspense fallback={trigger}>
      <UserMenuContent trigger={trigger} side={side} onHelp={onHelp} />
    </Suspense>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}
