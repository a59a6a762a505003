"use client";

import { usePathname, useSearchParams } from "next/navigation";

import type { SearchParser } from "./parser";

/** Filters live in the address. Changing one replaces the entry; a link made with `hrefWith` adds one. */
export function useSearchState<State extends Record<string, unknown>>(parser: SearchParser<State>) {
  const pathname = usePathname();
  const state = parser.parse(new URLSearchParams(useSearchParams()));

  const hrefWith = (patch: Partial<State>) => pathname + parser.serialize({ ...state, ...patch });
  // Next follows the native history call; nothing is fetched from a server for it.
  const setState = (patch: Partial<State>) => window.history.replaceState(null, "", hrefWith(patch));

  return { state, setState, hrefWith };
}
