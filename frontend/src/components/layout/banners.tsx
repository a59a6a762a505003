"use client";

import { TeamDeletionBanner } from "@/components/teams/team-deletion-banner";

/** What concerns every page, at the edges of the content. */
export function Banners() {
  return (
    <div className="-mx-4 -mt-6 mb-6 empty:hidden md:-mx-10 md:-mt-10 md:mb-10">
      <TeamDeletionBanner />
    </div>
  );
}
