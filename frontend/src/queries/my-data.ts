import { useMutation, useQueryClient } from "@tanstack/react-query";

import { invalidate } from "@/lib/invalidate";
import {
  cancelMyDeletionMutation,
  getMyDeletionOptions,
  getMyExportOptions,
  getMyExportQueryKey,
  requestMyDeletionMutation,
  startMyExportMutation,
} from "@/openapi/@tanstack/react-query.gen";
import { downloadMyExport } from "@/openapi/sdk.gen";
import type { Export } from "@/openapi/types.gen";

const LOOK_AGAIN_MS = 2_000;

/** No team event tells of it: while it is being made, it is looked at. */
export const myExportOptions = () => ({
  ...getMyExportOptions(),
  refetchInterval: ({ state }: { state: { data: Export | undefined } }) =>
    state.data?.status === "building" ? LOOK_AGAIN_MS : (false as const),
});

export function useStartMyExport() {
  const queryClient = useQueryClient();
  return useMutation({
    ...startMyExportMutation(),
    onSuccess: (started) => queryClient.setQueryData(getMyExportQueryKey(), started),
    onError: () => void invalidate(queryClient, "getMyExport"),
  });
}

/** By request and not by link, so that a refusal is said on the page. */
export function useDownloadMyExport() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => (await downloadMyExport({ path: { data_export_id: id } })).data,
    onError: () => void invalidate(queryClient, "getMyExport"),
  });
}

export const myDeletionOptions = () => getMyDeletionOptions();

export function useRequestMyDeletion() {
  return useMutation(requestMyDeletionMutation());
}

export function useCancelMyDeletion() {
  const queryClient = useQueryClient();
  return useMutation({
    ...cancelMyDeletionMutation(),
    onSuccess: () => invalidate(queryClient, "getMe", "getMyDeletion"),
  });
}
