"use client";

import { useEffect, useState } from "react";

/**
 * What a mailed link says after its #, which reaches no server; null until the page is hydrated.
 * The address loses it at once, so that it stays out of the history and of what one copies.
 */
export function useMailedLink(): URLSearchParams | null {
  const [link, setLink] = useState<URLSearchParams | null>(null);
  useEffect(() => {
    const take = () => {
      const fragment = window.location.hash.slice(1);
      if (fragment) {
        window.history.replaceState(
          window.history.state,
          "",
          window.location.pathname + window.location.search,
        );
      }
      setLink((known) => (fragment || !known ? new URLSearchParams(fragment) : known));
    };
    take();
    // Another link opened in the same tab loads no page.
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return link;
}
