import { useMutation, useQueryClient } from "@tanstack/react-query";

import { endImpersonationMutation, startImpersonationMutation } from "@/openapi/@tanstack/react-query.gen";

/** Another person's eyes must not see what these had loaded, nor the other way round. */
function useForget() {
  const queryClient = useQueryClient();
  return () => queryClient.clear();
}

export function useStartImpersonation() {
  return useMutation({ ...startImpersonationMutation(), onSuccess: useForget() });
}

export function useEndImpersonation() {
  return useMutation(endImpersonationMutation());
}
