import type { Metadata } from "next";

import { AllJobs } from "@/components/jobs/admin/all-jobs";

export const metadata: Metadata = { title: "Jobs of all teams" };

export default function AdminJobsPage() {
  return <AllJobs />;
}
