"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

import { cn } from "@/components/ui/cn";
import { useHasMailbox } from "@/queries/app-info";
import { useIsPlatformAdmin, usePermissions } from "@/queries/session";

import { adminItem, isCurrent, mailboxItem, navigationItems } from "./navigation";

type Props = { onNavigate?: () => void };

export function NavLinks({ onNavigate }: Props) {
  const pathname = usePathname();
  const hasMailbox = useHasMailbox();
  const isAdmin = useIsPlatformAdmin();
  const permissions = usePermissions();
  const permitted = navigationItems.filter(
    ({ permission }) => !permission || permissions.includes(permission),
  );
  const items = [...permitted, ...(isAdmin ? [adminItem] : []), ...(hasMailbox ? [mailboxItem] : [])];

  return (
    <nav aria-label="Main">
      <ul className="space-y-0.5">
        {items.map((item) => {
          const isHere = isCurrent(item, pathname);
          return (
            <li key={item.href}>
              <Link
                href={item.href}
                aria-current={isHere ? "page" : undefined}
                onClick={onNavigate}
                className={cn(
                  "relative flex h-10 items-center gap-3 rounded-sm px-3 text-sm font-medium text-muted hover:bg-sunken hover:text-ink",
                  isHere &&
                    "bg-sunken font-semibold text-ink before:absolute before:inset-y-2 before:left-0 before:w-0.5 before:bg-accent",
                )}
              >
                <item.icon aria-hidden className="size-4" />
                {item.label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
