import { useMutation, useQueryClient } from "@tanstack/react-query";

import { invalidate } from "@/lib/invalidate";
import {
  requestPasswordResetMutation,
  resendVerificationMutation,
  resetPasswordMutation,
  signUpMutation,
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
