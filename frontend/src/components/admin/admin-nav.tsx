"use client";

import { usePathname } from "next/navigation";

import { FilterLinks } from "@/components/ui/filter-links";

const pages = [
  { label: "People", href: "/admin/users" },
  { label: "Teams", href: "/admin/teams" },
  { label: "Jobs", href: "/admin/jobs" },
  { label: "Audit log", href: "/admin/audit-log" },
] as const;

export function AdminNav() {
  const pathname = usePathname();
  return (
    <div className="mb-4">
      <FilterLinks
        label="Administration"
        options={pages.map((page) => ({ ...page, isCurrent: pathname.startsWith(page.href) }))}
      />
    </div>
  );
}
