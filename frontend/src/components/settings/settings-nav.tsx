"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";

import { cn } from "@/components/ui/cn";
import { useMe } from "@/queries/session";

import { permittedGroups, settingsNavigation } from "./settings-navigation";

/** A column beside the page; on narrow screens a row that scrolls sideways. */
export function SettingsNav() {
  const pathname = usePathname();
  const groups = permittedGroups(settingsNavigation, useMe().permissions);
  const navRef = useRef<HTMLElement>(null);

  useEffect(() => {
    const nav = navRef.current;
    const current = nav?.querySelector<HTMLElement>("[aria-current]");
    if (nav && current) nav.scrollLeft = current.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
  }, [pathname]);

  return (
    <nav
      ref={navRef}
      aria-label="Settings"
      className="relative -mx-4 -mt-6 flex overflow-x-auto border-b border-rule px-4 md:-mx-10 md:-mt-10 md:px-10 lg:sticky lg:top-10 lg:mx-0 lg:mt-0 lg:flex-col lg:gap-6 lg:overflow-visible lg:border-b-0 lg:px-0 lg:pt-2"
    >
      {groups.map((group) => (
        <div
          key={group.label}
          className="flex shrink-0 not-first:ml-3 not-first:border-l not-first:border-rule not-first:pl-3 lg:block lg:not-first:ml-0 lg:not-first:border-l-0 lg:not-first:pl-0"
        >
          <p
            id={`settings-${group.label}`}
            className="mb-1 px-3 text-xs font-semibold text-muted max-lg:sr-only"
          >
            {group.label}
          </p>
          <ul aria-labelledby={`settings-${group.label}`} className="flex lg:flex-col lg:gap-0.5">
            {group.pages.map(({ href, label }) => {
              const isHere = pathname === href || pathname.startsWith(`${href}/`);
              return (
                <li key={href}>
                  <Link
                    href={href}
                    aria-current={isHere ? "page" : undefined}
                    className={cn(
                      "-mb-px flex h-11 items-center border-b-2 border-transparent px-3 text-sm font-medium whitespace-nowrap text-muted hover:text-ink focus-visible:-outline-offset-2 lg:relative lg:mb-0 lg:h-9 lg:rounded-sm lg:border-b-0 lg:hover:bg-sunken",
                      isHere &&
                        "border-accent font-semibold text-ink lg:bg-sunken lg:before:absolute lg:before:inset-y-2 lg:before:left-0 lg:before:w-0.5 lg:before:bg-accent",
                    )}
                  >
                    {label}
                  </Link>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </nav>
  );
}
