import { useMutation, useQueryClient } from "@tanstack/react-query";

import { invalidate } from "@/lib/invalidate";
import {
  resendVerificationMutation,
  signUpMutation,
  verifyEmailMutation,
  verifyMyEmailMutation,
} from "@/openapi/@tanstack/react-query.gen";

import { useStartSession } from "./session";

/** Nobody is signed in on the pages these belong to. */
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

export function useVerifyMyEmail() {
  const queryClient = useQueryClient();
  return useMutation({
    ...verifyMyEmailMutation(),
    ...visitor,
    onSuccess: () => invalidate(queryClient, "getMe"),
  });
}
