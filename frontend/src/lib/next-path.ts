const HOME = "/dashboard";

/** Where to go after logging in: only a path of our own, never another site. */
export function safeNextPath(search: string): string {
  const next = new URLSearchParams(search).get("next");
  if (!next || !/^\/(?![/\\])/.test(next)) return HOME;
  return next;
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
