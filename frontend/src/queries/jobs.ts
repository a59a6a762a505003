import {
  queryOptions,
  useMutation,
  useQueryClient,
  type QueryClient,
  type QueryKey,
} from "@tanstack/react-query";

import { cursorPages } from "@/lib/cursor-pages";
import { invalidate, type OperationId } from "@/lib/invalidate";
import { midnightAfter } from "@/lib/midnight";
import type { JobListState, StatisticsRange } from "@/lib/search-params/jobs";
import {
  getAnyJobOptions,
  getJobOptions,
  getJobStatisticsOptions,
  getJobSummaryOptions,
  getStatisticsOfAllJobsOptions,
  getSummaryOfAllJobsOptions,
  listAllJobsInfiniteOptions,
  listAnyJobLogsQueryKey,
  listJobLogsQueryKey,
  listJobsInfiniteOptions,
} from "@/openapi/@tanstack/react-query.gen";
import {
  cancelAnyJob,
  cancelAnyJobs,
  cancelJob,
  cancelJobs,
  listAnyJobLogs,
  listJobLogs,
  replayAnyJob,
  replayAnyJobs,
  replayJob,
  replayJobs,
  startAnyJobNow,
  startJobNow,
} from "@/openapi/sdk.gen";
import type { AdminJobFilters, JobDetail, JobLogEntry, ListJobsData } from "@/openapi/types.gen";

/** Whose jobs: those of the team at work, or everybody's and the system's. */
export type JobReach = "team" | "all";

const PAGE_SIZE = 50;
const LOG_PAGE_SIZE = 500;
const WATCH_MS = 2_000;

/** What a change of a job makes out of date. */
const jobReads: readonly OperationId[] = [
  "listJobs",
  "getJob",
  "listJobLogs",
  "getJobSummary",
  "getJobStatistics",
  "listAllJobs",
  "getAnyJob",
  "listAnyJobLogs",
  "getSummaryOfAllJobs",
  "getStatisticsOfAllJobs",
  "listSchedules",
  "listWorkers",
  "listJobPauses",
];

export async function refreshJobs(queryClient: QueryClient): Promise<void> {
  await invalidate(queryClient, ...jobReads);
}

function queryOf({ state, task, from, until, search }: JobListState): NonNullable<ListJobsData["query"]> {
  return {
    limit: PAGE_SIZE,
    ...(state ? { state: [state] } : {}),
    ...(task ? { task } : {}),
    ...(from ? { queued_since: midnightAfter(from, 0) } : {}),
    ...(until ? { queued_until: midnightAfter(until, 1) } : {}),
    ...(search ? { search } : {}),
  };
}

/** Many jobs at once: by their ids, or all that match. */
export type JobChoice = { ids: string[] } | { filters: AdminJobFilters };

/** The same filters as the list's, as actions take them. */
export function matchingFilters(reach: JobReach, list: JobListState): AdminJobFilters {
  const { state: states, task, queued_since, queued_until, search } = queryOf(list);
  return {
    ...(states ? { states } : {}),
    ...(task ? { task } : {}),
    ...(queued_since ? { queued_since } : {}),
    ...(queued_until ? { queued_until } : {}),
    ...(search ? { search } : {}),
    ...(reach === "all" ? ownersOf(list) : {}),
  };
}

/** Only for those who see all teams. */
function ownersOf({ worker, team, owner }: JobListState) {
  return {
    ...(worker ? { worker } : {}),
    ...(team ? { team_id: team } : {}),
    ...(owner === "system" ? { is_of_system: true } : {}),
  };
}

export const teamJobsOptions = (filters: JobListState) =>
  cursorPages(listJobsInfiniteOptions({ query: queryOf(filters) }));

export const allJobsOptions = (filters: JobListState) =>
  cursorPages(listAllJobsInfiniteOptions({ query: { ...queryOf(filters), ...ownersOf(filters) } }));

/** News comes by the event stream; while the job is at work we also look, in case the stream is held up. */
const watched = {
  refetchInterval: ({ state }: { state: { data: JobDetail | undefined } }) =>
    state.data?.job.state === "running" ? WATCH_MS : false,
} as const;

export const teamJobOptions = (id: string) =>
  queryOptions({ ...getJobOptions({ path: { job_id: id } }), ...watched });

export const anyJobOptions = (id: string) =>
  queryOptions({ ...getAnyJobOptions({ path: { job_id: id } }), ...watched });

export const teamJobSummaryOptions = () => getJobSummaryOptions();
export const allJobsSummaryOptions = () => getSummaryOfAllJobsOptions();

export const teamJobStatisticsOptions = (range: StatisticsRange) =>
  getJobStatisticsOptions({ query: { range } });
export const allJobsStatisticsOptions = (range: StatisticsRange) =>
  getStatisticsOfAllJobsOptions({ query: { range } });

export type JobLog = { lines: readonly JobLogEntry[]; after: string | null };

const NO_LINES: JobLog = { lines: [], after: null };

/** A log only grows: what is known already stays, and each look asks for the lines after it. */
export const jobLogOptions = (reach: JobReach, id: string, isLive: boolean) => {
  const path = { job_id: id };
  const queryKey: QueryKey =
    reach === "all" ? listAnyJobLogsQueryKey({ path }) : listJobLogsQueryKey({ path });
  const list = reach === "all" ? listAnyJobLogs : listJobLogs;
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<JobLog> => {
      let { lines, after } = client.getQueryData<JobLog>(queryKey) ?? NO_LINES;
      for (let hasMore = true; hasMore;) {
        const query = { limit: LOG_PAGE_SIZE, ...(after === null ? {} : { after }) };
        const { data: page } = await list({ path, query, signal, throwOnError: true });
        lines = [...lines, ...page.items];
        after = page.next_after ?? after;
        hasMore = page.has_more;
      }
      return { lines, after };
    },
    refetchInterval: isLive ? WATCH_MS : false,
  });
};

function useRefreshJobs() {
  const queryClient = useQueryClient();
  return () => refreshJobs(queryClient);
}

export function useCancelJob(reach: JobReach) {
  const cancel = reach === "all" ? cancelAnyJob : cancelJob;
  return useMutation({
    mutationFn: async (id: string) => (await cancel({ path: { job_id: id }, throwOnError: true })).data,
    onSuccess: useRefreshJobs(),
  });
}

export function useStartJobNow(reach: JobReach) {
  const start = reach === "all" ? startAnyJobNow : startJobNow;
  return useMutation({
    mutationFn: async (id: string) => (await start({ path: { job_id: id }, throwOnError: true })).data,
    onSuccess: useRefreshJobs(),
  });
}

/** Answers with the new job. */
export function useReplayJob(reach: JobReach) {
  const replay = reach === "all" ? replayAnyJob : replayJob;
  return useMutation({
    mutationFn: async (id: string) => (await replay({ path: { job_id: id }, throwOnError: true })).data,
    onSuccess: useRefreshJobs(),
  });
}

export function useCancelJobs(reach: JobReach) {
  const cancel = reach === "all" ? cancelAnyJobs : cancelJobs;
  return useMutation({
    mutationFn: async (choice: JobChoice) => (await cancel({ body: choice, throwOnError: true })).data,
    onSuccess: useRefreshJobs(),
  });
}

export function useReplayJobs(reach: JobReach) {
  const replay = reach === "all" ? replayAnyJobs : replayJobs;
  return useMutation({
    mutationFn: async (choice: JobChoice) => (await replay({ body: choice, throwOnError: true })).data,
    onSuccess: useRefreshJobs(),
  });
}
