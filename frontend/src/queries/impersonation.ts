import { useMutation } from "@tanstack/react-query";

import { endImpersonationMutation, startImpersonationMutation } from "@/openapi/@tanstack/react-query.gen";

/** Both change whose session this is: follow them with a full page load, so that nothing loaded before stays. */
export function useStartImpersonation() {
  return useMutation(startImpersonationMutation());
}

export function useEndImpersonation() {
  return useMutation(endImpersonationMutation());
}
