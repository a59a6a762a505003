import { useMutation, useQueryClient } from "@tanstack/react-query";

import { invalidate } from "@/lib/invalidate";
import {
  createInvitationMutation,
  getPermissionTableOptions,
  listInvitationsOptions,
  listMembersOptions,
  removeMemberMutation,
  resendInvitationMutation,
  revokeInvitationMutation,
  transferOwnershipMutation,
  updateMemberMutation,
} from "@/openapi/@tanstack/react-query.gen";

export const membersOptions = () => listMembersOptions();

export const invitationsOptions = () => listInvitationsOptions();

export const permissionTableOptions = () => ({ ...getPermissionTableOptions(), staleTime: Infinity });

/** Seats count members and open invitations together. */
function useMarkPeopleStale() {
  const queryClient = useQueryClient();
  return () => void invalidate(queryClient, "listMembers", "listInvitations");
}

/** One's own role may be the one that changed. */
function useMarkRolesStale() {
  const queryClient = useQueryClient();
  return () => void invalidate(queryClient, "listMembers", "listInvitations", "getMe", "getDashboard");
}

export function useChangeRole() {
  return useMutation({ ...updateMemberMutation(), onSuccess: useMarkRolesStale() });
}

export function useRemoveMember() {
  return useMutation({ ...removeMemberMutation(), onSuccess: useMarkRolesStale() });
}

export function useShareOwnership() {
  return useMutation({ ...transferOwnershipMutation(), onSuccess: useMarkRolesStale() });
}

export function useInvite() {
  return useMutation({ ...createInvitationMutation(), onSuccess: useMarkPeopleStale() });
}

export function useResendInvitation() {
  return useMutation({ ...resendInvitationMutation(), onSuccess: useMarkPeopleStale() });
}

export function useRevokeInvitation() {
  return useMutation({ ...revokeInvitationMutation(), onSuccess: useMarkPeopleStale() });
}
