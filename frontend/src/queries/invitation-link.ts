import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import {
  acceptInvitationMutation,
  declineInvitationMutation,
  joinByInvitationMutation,
} from "@/openapi/@tanstack/react-query.gen";
import { lookUpInvitation } from "@/openapi/sdk.gen";

/** The token travels in a body, so that it stands in no log; the question changes nothing. */
export const invitationPreviewOptions = (token: string) =>
  queryOptions({
    queryKey: [{ _id: "lookUpInvitation", token }],
    queryFn: async ({ signal }) => {
      const { data } = await lookUpInvitation({ body: { token }, signal, throwOnError: true });
      return data;
    },
  });

/** The session goes on in another team, or is another one: nothing loaded before is true any more. */
function useForgetEverything() {
  const queryClient = useQueryClient();
  return () => queryClient.clear();
}

export function useAcceptInvitation() {
  return useMutation({ ...acceptInvitationMutation(), onSuccess: useForgetEverything() });
}

export function useJoinByInvitation() {
  return useMutation({ ...joinByInvitationMutation(), onSuccess: useForgetEverything() });
}

export function useDeclineInvitation() {
  return useMutation(declineInvitationMutation());
}
