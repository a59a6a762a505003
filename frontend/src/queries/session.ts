import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { getMeOptions, logInMutation, logOutMutation } from "@/openapi/@tanstack/react-query.gen";
import type { Me, Permission, TeamSummary } from "@/openapi/types.gen";

export const meOptions = () => getMeOptions();

/** Who is signed in; behind the session gate it is always there. */
export function useMe(): Me {
  const { data } = useQuery({ ...getMeOptions(), staleTime: Infinity });
  if (!data) throw new Error("useMe is for pages behind the session gate.");
  return data;
}

export function useCan(permission: Permission): boolean {
  return useMe().permissions.includes(permission);
}

/** Also outside the session gate, where there are none yet. */
export function usePermissions(): readonly Permission[] {
  return useQuery({ ...getMeOptions(), staleTime: Infinity }).data?.permissions ?? [];
}

/** Also outside the session gate, where nobody is one yet. */
export function useIsPlatformAdmin(): boolean {
  return useQuery({ ...getMeOptions(), staleTime: Infinity }).data?.user.is_platform_admin ?? false;
}

/** The team at work; behind the session gate there is one. */
export function useCurrentTeam(): TeamSummary {
  const { team } = useMe();
  if (!team) throw new Error("useCurrentTeam is for pages of a team.");
  return team;
}

/** Another account must not see what this one had loaded. */
export function useStartSession() {
  const queryClient = useQueryClient();
  return () => queryClient.clear();
}

export function useLogIn() {
  return useMutation({ ...logInMutation(), meta: { is401Expected: true }, onSuccess: useStartSession() });
}

export function useLogOut() {
  return useMutation(logOutMutation());
}
