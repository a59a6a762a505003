import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import {
  getMeOptions,
  getMeQueryKey,
  logInMutation,
  logOutMutation,
  signUpMutation,
} from "@/openapi/@tanstack/react-query.gen";
import type { Me, Permission } from "@/openapi/types.gen";

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

/** Another account must not see what this one had loaded. */
function useStartSession() {
  const queryClient = useQueryClient();
  return (me: Me) => {
    queryClient.clear();
    queryClient.setQueryData(getMeQueryKey(), me);
  };
}

export function useLogIn() {
  return useMutation({ ...logInMutation(), meta: { is401Expected: true }, onSuccess: useStartSession() });
}

export function useSignUp() {
  return useMutation({ ...signUpMutation(), meta: { is401Expected: true }, onSuccess: useStartSession() });
}

export function useLogOut() {
  return useMutation(logOutMutation());
}
