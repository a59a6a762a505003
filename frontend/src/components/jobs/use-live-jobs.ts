"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { onAllJobsChanged, onTeamJobsChanged } from "@/lib/job-events";
import { refreshJobs, type JobReach } from "@/queries/jobs";

const GATHER_MS = 1_000;

/** Whatever of jobs is on the page follows what happens, at most once a second. */
export function useLiveJobs(reach: JobReach): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onChange = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void refreshJobs(queryClient);
      }, GATHER_MS);
    };
    const stop = reach === "all" ? onAllJobsChanged(onChange) : onTeamJobsChanged(onChange);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [queryClient, reach]);
}
