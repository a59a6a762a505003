import { useMutation, useQueryClient } from "@tanstack/react-query";

import { invalidate } from "@/lib/invalidate";
import {
  cancelEmailChangeMutation,
  confirmEmailChangeMutation,
  endMyOtherSessionsMutation,
  endMySessionMutation,
  getEmailChangeOptions,
  getEmailChangeQueryKey,
  listMySessionsOptions,
  refuseEmailChangeMutation,
  requestPasswordResetMutation,
  resendMyVerificationMutation,
  resendVerificationMutation,
  resetPasswordMutation,
  signUpMutation,
  startEmailChangeMutation,
  verifyEmailMutation,
  verifyMyEmailMutation,
} from "@/openapi/@tanstack/react-query.gen";

import { useStartSession } from "./session";

/** For pages a mail leads to: nobody need be signed in there. */
const visitor = { meta: { is401Expected: true } };

/** Makes no account yet: the mailed link does. */
export function useSignUp() {
  return useMutation({ ...signUpMutation(), ...visitor });
}

export function useVerifyEmail() {
  return useMutation({ ...verifyEmailMutation(), ...visitor, onSuccess: useStartSession() });
}

export function useResendVerification() {
  return useMutation({ ...resendVerificationMutation(), ...visitor });
}

export function useRequestPasswordReset() {
  return useMutation({ ...requestPasswordResetMutation(), ...visitor });
}

/** Every session ends, and none begins. */
export function useResetPassword() {
  return useMutation({ ...resetPasswordMutation(), ...visitor, onSuccess: useStartSession() });
}

export function useVerifyMyEmail() {
  const queryClient = useQueryClient();
  return useMutation({
    ...verifyMyEmailMutation(),
    ...visitor,
    onSuccess: () => invalidate(queryClient, "getMe"),
  });
}

export const emailChangeOptions = () => getEmailChangeOptions();

export function useStartEmailChange() {
  const queryClient = useQueryClient();
  return useMutation({
    ...startEmailChangeMutation(),
    onSuccess: (change) => queryClient.setQueryData(getEmailChangeQueryKey(), { change }),
  });
}

export function useCancelEmailChange() {
  const queryClient = useQueryClient();
  return useMutation({
    ...cancelEmailChangeMutation(),
    // Refused means that it was confirmed or cancelled elsewhere: either way the page shows something old.
    onSettled: () => void invalidate(queryClient, "getEmailChange", "getMe"),
  });
}

export function useConfirmEmailChange() {
  const queryClient = useQueryClient();
  return useMutation({
    ...confirmEmailChangeMutation(),
    ...visitor,
    onSuccess: () => void invalidate(queryClient, "getEmailChange", "getMe"),
  });
}

export function useRefuseEmailChange() {
  const queryClient = useQueryClient();
  return useMutation({
    ...refuseEmailChangeMutation(),
    ...visitor,
    onSuccess: () => void invalidate(queryClient, "getEmailChange"),
  });
}

export function useResendMyVerification() {
  const queryClient = useQueryClient();
  return useMutation({
    ...resendMyVerificationMutation(),
    // Refused when the address was confirmed elsewhere in the meantime.
    onError: () => void invalidate(queryClient, "getMe"),
  });
}

export const mySessionsOptions = () => listMySessionsOptions();

export function useEndMySession() {
  const queryClient = useQueryClient();
  return useMutation({
    ...endMySessionMutation(),
    onSettled: () => invalidate(queryClient, "listMySessions"),
  });
}

export function useEndMyOtherSessions() {
  const queryClient = useQueryClient();
  return useMutation({
    ...endMyOtherSessionsMutation(),
    onSuccess: () => invalidate(queryClient, "listMySessions"),
  });
}
