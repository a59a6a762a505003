import { useMutation, useQueryClient } from "@tanstack/react-query";

import { cursorPages } from "@/lib/cursor-pages";
import { invalidate } from "@/lib/invalidate";
import type { UserState } from "@/lib/search-params/admin";
import {
  disableUserMutation,
  enableUserMutation,
  endUserSessionsMutation,
  getAdminOverviewOptions,
  getTeamMembersOptions,
  getUserOptions,
  listTeamsInfiniteOptions,
  listTeamsOptions,
  listUsersInfiniteOptions,
  makeAdministratorMutation,
  removeAdministratorMutation,
  sendUserVerificationMutation,
} from "@/openapi/@tanstack/react-query.gen";

export type UserFilters = { search: string; state: UserState };

export const adminOverviewOptions = () => getAdminOverviewOptions();

export const adminUsersOptions = ({ search, state }: UserFilters) =>
  cursorPages(listUsersInfiniteOptions({ query: { state, ...(search ? { search } : {}) } }));

export const adminUserOptions = (id: string) => getUserOptions({ path: { user_id: id } });

export const adminTeamsOptions = (search: string) =>
  cursorPages(listTeamsInfiniteOptions({ query: search ? { search } : {} }));

const MOST_CHOICES = 100;

export const teamChoicesOptions = () => listTeamsOptions({ query: { limit: MOST_CHOICES } });

export const adminTeamOptions = (id: string) => getTeamMembersOptions({ path: { team_id: id } });

/** An account stands in lists and counts, in its teams, and in the log. */
function useRefreshUsers() {
  const queryClient = useQueryClient();
  return () =>
    invalidate(
      queryClient,
      "getUser",
      "listUsers",
      "getAdminOverview",
      "getTeamMembers",
      "listAllAuditEntries",
    );
}

export function useDisableUser() {
  return useMutation({ ...disableUserMutation(), onSuccess: useRefreshUsers() });
}

export function useEnableUser() {
  return useMutation({ ...enableUserMutation(), onSuccess: useRefreshUsers() });
}

export function useEndUserSessions() {
  return useMutation({ ...endUserSessionsMutation(), onSuccess: useRefreshUsers() });
}

export function useMakeAdministrator() {
  return useMutation({ ...makeAdministratorMutation(), onSuccess: useRefreshUsers() });
}

export function useRemoveAdministrator() {
  return useMutation({ ...removeAdministratorMutation(), onSuccess: useRefreshUsers() });
}

export function useSendUserVerification() {
  return useMutation(sendUserVerificationMutation());
}
