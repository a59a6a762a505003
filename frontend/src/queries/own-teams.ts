import { useMutation, useQuery, useQueryClient, type Query, type QueryClient } from "@tanstack/react-query";
import { useLayoutEffect, useRef } from "react";

import { invalidate, type OperationId } from "@/lib/invalidate";
import {
  acceptMyInvitationMutation,
  createTeamMutation,
  declineMyInvitationMutation,
  getMeOptions,
  leaveTeamMutation,
  listMyInvitationsOptions,
  switchTeamMutation,
} from "@/openapi/@tanstack/react-query.gen";

export const myInvitationsOptions = () => listMyInvitationsOptions();

/** What is true in whichever team one works. */
const teamless: readonly OperationId[] = ["getMe", "getAppInfo", "getPermissionTable", "listMyInvitations"];

function isOfTeam({ queryKey }: Query): boolean {
  const [head] = queryKey as [{ _id?: OperationId } | undefined];
  return head?._id === undefined || !teamless.includes(head._id);
}

async function goOnInAnotherTeam(queryClient: QueryClient): Promise<void> {
  // An answer under way would still be the former team's.
  await queryClient.cancelQueries({ predicate: isOfTeam });
  const me = await queryClient.query({ ...getMeOptions(), staleTime: 0 }).catch(() => null);
  // Without an answer the session gate asks once more, before anything is shown under a wrong name.
  if (!me) void queryClient.resetQueries();
  void invalidate(queryClient, "listMyInvitations");
}

/** Nothing of the former team stays, however it came: by switching, here or in another tab, or by losing one's place. */
export function useForgetFormerTeam(): void {
  const queryClient = useQueryClient();
  const me = useQuery({ ...getMeOptions(), staleTime: Infinity, refetchOnWindowFocus: "always" }).data;
  const teamId = me?.team?.id ?? null;
  const knownId = useRef(teamId);
  useLayoutEffect(() => {
    if (knownId.current === teamId) return;
    knownId.current = teamId;
    void queryClient.resetQueries({ predicate: isOfTeam });
  }, [queryClient, teamId]);
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
    onSuccess: () => void invalidate(queryClient, "listMyInvitations"),
  });
}
