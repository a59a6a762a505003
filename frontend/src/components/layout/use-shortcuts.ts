"use client";

import { usePathname, useRouter } from "next/navigation";
import { useEffect } from "react";

import { requestNavigation } from "@/lib/navigation-guard";

import { adminItem, mailboxItem, navigationItems } from "./navigation";

const SEQUENCE_MS = 1_000;

/** `n` new, `/` search, `g …` go, `?` help. Silent while someone types or a dialog is open. */
export function useShortcuts(onHelp: () => void): void {
  const router = useRouter();
  const pathname = usePathname();

  useEffect(() => {
    let goPressedAt = -Infinity;
    const goTo = (href: string) => requestNavigation(() => router.push(href));

    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target))
        return;

      if (event.timeStamp - goPressedAt < SEQUENCE_MS) {
        goPressedAt = -Infinity;
        const item = [...navigationItems, adminItem, mailboxItem].find(({ key }) => key === event.key);
        if (!item) return;
        event.preventDefault();
        goTo(item.href);
        return;
      }
      if (event.key === "g") goPressedAt = event.timeStamp;
      else if (event.key === "n")
        goTo(pathname.startsWith("/customers") ? "/customers/new" : "/invoices/new");
      else if (event.key === "?") onHelp();
      else if (event.key === "/") {
        const search = document.querySelector<HTMLInputElement>("[data-search-input]");
        // Without a search on the page, the browser's own quick find keeps the key.
        if (!search) return;
        search.focus();
        search.select();
      } else return;
      event.preventDefault();
    };

    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [onHelp, pathname, router]);
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open], [role=menu]")) return true;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select") !== null;
}
