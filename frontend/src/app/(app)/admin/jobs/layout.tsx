import type { ReactNode } from "react";

import { JobsFrame } from "@/components/jobs/admin/jobs-frame";

export default function AdminJobsLayout({ children }: { children: ReactNode }) {
  return <JobsFrame>{children}</JobsFrame>;
}
