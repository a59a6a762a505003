import { useMutation, useQueryClient } from "@tanstack/react-query";

import { invalidate } from "@/lib/invalidate";
import { cancelTeamDeletionMutation, requestTeamDeletionMutation } from "@/openapi/@tanstack/react-query.gen";

function useMarkTeamStale() {
  const queryClient = useQueryClient();
  return () => invalidate(queryClient, "getMe", "getDashboard");
}

export function useRequestTeamDeletion() {
  return useMutation({ ...requestTeamDeletionMutation(), onSuccess: useMarkTeamStale() });
}

export function useCancelTeamDeletion() {
  return useMutation({ ...cancelTeamDeletionMutation(), onSuccess: useMarkTeamStale() });
}
