import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import {
  listJobPausesOptions,
  listSchedulesOptions,
  listWorkersOptions,
  pauseJobsMutation,
  resumeJobsMutation,
  runScheduleMutation,
  updateScheduleMutation,
} from "@/openapi/@tanstack/react-query.gen";

import { refreshJobs } from "./jobs";

const HEARTBEAT_MS = 5_000;

export const jobPausesOptions = () => listJobPausesOptions();

export const jobSchedulesOptions = () => listSchedulesOptions();

/** A heartbeat is no news of a job, so we look by ourselves. */
export const jobWorkersOptions = () =>
  queryOptions({ ...listWorkersOptions(), refetchInterval: HEARTBEAT_MS });

function useRefresh() {
  const queryClient = useQueryClient();
  return () => refreshJobs(queryClient);
}

export function usePauseJobs() {
  return useMutation({ ...pauseJobsMutation(), onSuccess: useRefresh() });
}

export function useResumeJobs() {
  return useMutation({ ...resumeJobsMutation(), onSuccess: useRefresh() });
}

export function useRunSchedule() {
  return useMutation({ ...runScheduleMutation(), onSuccess: useRefresh() });
}

export function useUpdateSchedule() {
  return useMutation({ ...updateScheduleMutation(), onSuccess: useRefresh() });
}
