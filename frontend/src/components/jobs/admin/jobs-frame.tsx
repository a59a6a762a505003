"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

import { cn } from "@/components/ui/cn";

import { useLiveJobs } from "../use-live-jobs";
import { PauseBanner } from "./pause-banner";

const pages = [
  { label: "Jobs", href: "/admin/jobs" },
  { label: "Tasks", href: "/admin/jobs/tasks" },
  { label: "Schedules", href: "/admin/jobs/schedules" },
  { label: "Workers", href: "/admin/jobs/workers" },
] as const;

/** Around every page about the jobs of all teams: where one is, and what is paused. */
export function JobsFrame({ children }: { children: ReactNode }) {
  useLiveJobs("all");
  const pathname = usePathname();
  const current = pages.slice(1).find(({ href }) => pathname === href) ?? pages[0];
  return (
    <>
      <nav aria-label="Jobs of all teams" className="mb-6 flex gap-6 overflow-x-auto border-b border-rule">
        {pages.map((page) => (
          <Link
            key={page.href}
            href={page.href}
            aria-current={page === current ? "true" : undefined}
            className={cn(
              "-mb-px flex h-10 items-center border-b-2 border-transparent text-sm font-medium whitespace-nowrap text-muted hover:text-ink focus-visible:-outline-offset-2",
              page === current && "border-accent text-ink",
            )}
          >
            {page.label}
          </Link>
        ))}
      </nav>
      <PauseBanner />
      {children}
    </>
  );
}
