import type { Metadata } from "next";

import { TeamFigures } from "@/components/jobs/charts/team-figures";

export const metadata: Metadata = { title: "Jobs in figures" };

export default function JobFiguresPage() {
  return <TeamFigures />;
}
