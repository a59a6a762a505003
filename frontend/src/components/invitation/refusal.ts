import { toApiError } from "@/lib/errors";

/** What a guest can do about it: they cannot make room in a team they are not in. */
export function guestRefusal(error: unknown, inviterName: string): string | undefined {
  if (error === null || error === undefined) return undefined;
  const { code, detail } = toApiError(error);
  if (code === "team-full") {
    return `The team has no seat left. Ask ${inviterName || "the team"} to make room, then open the link in the mail again: it still works.`;
  }
  return detail;
}
