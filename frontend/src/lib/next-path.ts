const HOME = "/dashboard";
/** Stands for this site wherever it is served, and where there is no browser yet to ask. */
const HERE = "https://this-site.invalid";

/** Where to go after logging in: only a path of our own, never another site. */
export function safeNextPath(search: string): string {
  const next = new URLSearchParams(search).get("next");
  // As the browser will read it: it drops tabs and line breaks, and takes a backslash for a slash.
  if (!next?.startsWith("/") || !URL.canParse(next, HERE)) return HOME;
  const url = new URL(next, HERE);
  return url.origin === HERE ? url.pathname + url.search + url.hash : HOME;
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
