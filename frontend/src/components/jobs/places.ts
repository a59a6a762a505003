import type { JobReach } from "@/queries/jobs";

export const jobsHref: Record<JobReach, string> = { team: "/jobs", all: "/admin/jobs" };

export function jobHref(reach: JobReach, id: string): string {
  return `${jobsHref[reach]}/${id}`;
}
