import { useMutation, useQueryClient, type Query, type QueryClient } from "@tanstack/react-query";

import type { OperationId } from "@/lib/invalidate";
import {
  acceptMyInvitationMutation,
  createTeamMutation,
  declineMyInvitationMutation,
  getMeOptions,
  leaveTeamMutation,
  listMyInvitationsOptions,
  listMyInvitationsQueryKey,
  switchTeamMutation,
} from "@/openapi/@tanstack/react-query.gen";

export const myInvitationsOptions = () => listMyInvitationsOptions();

/** What is true in whichever team one works. */
const teamless: readonly OperationId[] = ["getMe", "getAppInfo", "getPermissionTable", "listMyInvitations"];

function isOfTeam({ queryKey }: Query): boolean {
  const [head] = queryKey as [{ _id?: OperationId } | undefined];
  return head?._id === undefined || !teamless.includes(head._id);
}

/** Nothing of the former team stays, not even an answer that is still under way. */
async function goOnInAnotherTeam(queryClient: QueryClient): Promise<void> {
  await queryClient.cancelQueries({ predicate: isOfTeam });
  const me = await queryClient.query({ ...getMeOptions(), staleTime: 0 }).catch(() => null);
  // Without an answer the session gate asks once more, before anything is shown under a wrong name.
  void queryClient.resetQueries(me ? { predicate: isOfTeam } : {});
  void queryClient.invalidateQueries({ queryKey: listMyInvitationsQueryKey() });
}

function useGoOnInAnotherTeam() {
  const queryClient = useQueryClient();
  return () => goOnInAnotherTeam(queryClient);
}

export function useSwitchTeam() {
  return useMutation({ ...switchTeamMutation(), onSuccess: useGoOnInAnotherTeam() });
}

export function useCreateTeam() {
  return useMutation({ ...createTeamMutation(), onSuccess: useGoOnInAnotherTeam() });
}

export function useLeaveTeam() {
  return useMutation({ ...leaveTeamMutation(), onSuccess: useGoOnInAnotherTeam() });
}

export function useAcceptMyInvitation() {
  return useMutation({ ...acceptMyInvitationMutation(), onSuccess: useGoOnInAnotherTeam() });
}

export function useDeclineMyInvitation() {
  const queryClient = useQueryClient();
  return useMutation({
    ...declineMyInvitationMutation(),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: listMyInvitationsQueryKey() }),
  });
}
