"use client";

import { redirect, useSearchParams } from "next/navigation";

/** Settings were one page with tabs; addresses from then still lead where they meant. */
export function SettingsRedirect(): never {
  redirect(useSearchParams().get("tab") === "team" ? "/settings/team" : "/settings/profile");
}
