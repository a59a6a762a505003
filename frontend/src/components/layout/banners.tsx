"use client";

import { ImpersonationBanner } from "./impersonation-banner";

/** What concerns every page, above all of them. */
export function Banners() {
  return <ImpersonationBanner />;
}
