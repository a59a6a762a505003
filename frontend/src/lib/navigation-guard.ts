"use client";

import { useEffect, useState } from "react";

type Ask = (proceed: () => void) => void;

let activeGuard: Ask | null = null;

/** Go somewhere, unless a form with unsaved changes wants to be asked first. Shortcuts use this. */
export function requestNavigation(proceed: () => void): void {
  if (activeGuard) activeGuard(proceed);
  else proceed();
}

type Guard = {
  isAsking: boolean;
  stay: () => void;
  leave: () => void;
};

/** Holds links, shortcuts, Back and closing the tab while a form is dirty. Show the question with <UnsavedChangesDialog>. */
export function useNavigationGuard(isDirty: boolean, navigate: (href: string) => void): Guard {
  const [pending, setPending] = useState<{ proceed: () => void } | null>(null);

  useEffect(() => {
    if (!isDirty) return;
    let isLeaving = false;
    const ask: Ask = (proceed) =>
      setPending({
        proceed: () => {
          isLeaving = true;
          activeGuard = null;
          proceed();
        },
      });

    const onBeforeUnload = (event: BeforeUnloadEvent) => {
      if (!isLeaving) event.preventDefault();
    };
    const onClick = (event: MouseEvent) => {
      const href = isLeaving ? null : internalHref(event);
      if (href === null) return;
      event.preventDefault();
      event.stopPropagation();
      ask(() => navigate(href));
    };
    const onNavigate = (event: NavigateEvent) => {
      if (isLeaving || event.navigationType !== "traverse" || !event.cancelable) return;
      event.preventDefault();
      const { key } = event.destination;
      ask(() => window.navigation.traverseTo(key));
    };
    // Older browsers have no Navigation API: there, Back is not held.
    const navigation = "navigation" in window ? window.navigation : undefined;

    activeGuard = ask;
    window.addEventListener("beforeunload", onBeforeUnload);
    document.addEventListener("click", onClick, { capture: true });
    navigation?.addEventListener("navigate", onNavigate);
    return () => {
      if (activeGuard === ask) activeGuard = null;
      window.removeEventListener("beforeunload", onBeforeUnload);
      document.removeEventListener("click", onClick, { capture: true });
      navigation?.removeEventListener("navigate", onNavigate);
    };
  }, [isDirty, navigate]);

  return {
    isAsking: pending !== null,
    stay: () => setPending(null),
    leave: () => {
      setPending(null);
      pending?.proceed();
    },
  };
}

/** The path of a plain click on a link of ours, else null. */
function internalHref(event: MouseEvent): string | null {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.target === "_blank" || link.hasAttribute("download"))
    return null;
  const url = new URL(link.href);
  if (url.origin !== window.location.origin) return null;
  return url.pathname + url.search + url.hash;
}
