import type { Metadata } from "next";

import { AllFigures } from "@/components/jobs/charts/all-figures";

export const metadata: Metadata = { title: "Tasks" };

export default function TasksPage() {
  return <AllFigures />;
}
