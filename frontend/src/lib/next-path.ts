const HOME = "/dashboard";

/** Where to go after logging in: only a path of our own, never another site. */
export function safeNextPath(search: string): string {
  const next = new URLSearchParams(search).get("next");
  const here = window.location.origin;
  // As the browser will read it: it drops tabs and line breaks, and takes a backslash for a slash.
  if (!next?.startsWith("/") || !URL.canParse(next, here)) return HOME;
  const url = new URL(next, here);
  return url.origin === here ? url.pathname + url.search + url.hash : HOME;
}

export function secondStepPath(nextPath: string): string {
  return nextPath === HOME
    ? "/log-in/second-step"
    : `/log-in/second-step?next=${encodeURIComponent(nextPath)}`;
}

export function logInPath(currentPath: string): string {
  if (currentPath === "/" || currentPath === HOME) return "/log-in";
  return `/log-in?next=${encodeURIComponent(currentPath)}`;
}
