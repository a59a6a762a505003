"use client";

import { usePathname } from "next/navigation";

/**
 * The id in `/invoices/<id>`, from the address: in the static export `useParams()` only knows the placeholder `_`.
 * Safe without a mismatch because signed-in pages render after hydration, behind the session gate.
 */
export function usePathId(collection: string): string {
  return readPathId(usePathname(), collection);
}

export function readPathId(pathname: string, collection: string): string {
  const segments = pathname.split("/");
  return decodeURIComponent(segments[segments.indexOf(collection) + 1] ?? "");
}
