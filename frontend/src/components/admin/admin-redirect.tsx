"use client";

import { redirect } from "next/navigation";

export function AdminRedirect(): never {
  redirect("/admin/users");
}
