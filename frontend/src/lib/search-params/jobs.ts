import type { JobState } from "@/openapi/types.gen";

import { dayParam, idParam } from "./day-and-id";
import { oneOfParam, oneOfWithDefaultParam, searchParser, textParam } from "./parser";

export const jobStates = [
  "queued",
  "running",
  "succeeded",
  "dead",
  "cancelled",
] as const satisfies JobState[];

export type JobListState = {
  search: string;
  state: JobState | null;
  task: string;
  from: string;
  until: string;
  worker: string;
  team: string;
  /** Only for those who see all teams: what belongs to none. */
  owner: "system" | null;
};

export const jobSearchParser = searchParser<JobListState>({
  search: textParam(),
  state: oneOfParam(jobStates),
  task: textParam(),
  from: dayParam(),
  until: dayParam(),
  worker: textParam(),
  team: idParam(),
  owner: oneOfParam(["system"]),
});

export const statisticsRanges = ["1h", "24h", "7d"] as const;
export type StatisticsRange = (typeof statisticsRanges)[number];

export const statisticsSearchParser = searchParser({ range: oneOfWithDefaultParam(statisticsRanges, "24h") });
