"use client";

import { lazy, Suspense } from "react";

import { useMe } from "@/queries/session";

const BannerList = lazy(() => import("./banner-list").then((module) => ({ default: module.BannerList })));

/** What concerns every page, at the edges of the content; loaded by the few whom it concerns. */
export function Banners() {
  const { user, team, impersonation } = useMe();
  const isQuiet =
    user.is_email_verified && !user.deletion_due_at && !team?.deletion_due_at && impersonation === null;
  if (isQuiet) return null;
  return (
    <Suspense fallback={null}>
      <BannerList />
    </Suspense>
  );
}
