import type { Metadata } from "next";

import { TeamJobs } from "@/components/jobs/list/team-jobs";

export const metadata: Metadata = { title: "Jobs" };

export default function JobsPage() {
  return <TeamJobs />;
}
