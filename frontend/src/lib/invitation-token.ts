"use client";

import { useSyncExternalStore } from "react";

const KEY = "quittance.invitation";

/** The link's secret, or null without one; undefined until the page is hydrated. */
export function useInvitationToken(): string | null | undefined {
  return useSyncExternalStore(subscribe, readToken, () => undefined);
}

export function forgetInvitationToken(): void {
  sessionStorage.removeItem(KEY);
}

function subscribe(onChange: () => void): () => void {
  const onHashChange = () => {
    takeFromAddress();
    onChange();
  };
  takeFromAddress();
  window.addEventListener("hashchange", onHashChange);
  return () => window.removeEventListener("hashchange", onHashChange);
}

function readToken(): string | null {
  return tokenInAddress() ?? sessionStorage.getItem(KEY);
}

/** Out of the address bar and the history; kept for this tab only, to be there again after logging in. */
function takeFromAddress(): void {
  const token = tokenInAddress();
  if (token === null) return;
  sessionStorage.setItem(KEY, token);
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
}

function tokenInAddress(): string | null {
  return new URLSearchParams(window.location.hash.slice(1)).get("token") || null;
}
