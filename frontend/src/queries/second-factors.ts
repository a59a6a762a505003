import { useMutation, useQueryClient } from "@tanstack/react-query";

import { invalidate } from "@/lib/invalidate";
import { createPasskey, showPasskey } from "@/lib/passkeys";
import {
  confirmAuthenticatorMutation,
  getSecondFactorsOptions,
  getSecondStepOptions,
  getStepUpOptions,
  removeAuthenticatorMutation,
  removePasskeyMutation,
  renamePasskeyMutation,
  renewRecoveryCodesMutation,
  startAuthenticatorMutation,
  takeSecondStepMutation,
  takeStepUpMutation,
} from "@/openapi/@tanstack/react-query.gen";
import {
  addPasskey,
  getLogInPasskeyOptions,
  getPasskeyCreationOptions,
  getSecondStepPasskeyOptions,
  getStepUpPasskeyOptions,
  logInWithPasskey,
  takeSecondStepWithPasskey,
  takeStepUpWithPasskey,
} from "@/openapi/sdk.gen";

export const secondFactorsOptions = () => getSecondFactorsOptions();
export const secondStepOptions = () => ({ ...getSecondStepOptions(), staleTime: 0, gcTime: 0 });
export const stepUpOptions = () => ({ ...getStepUpOptions(), staleTime: 0, gcTime: 0 });

function useFactorsChanged() {
  const queryClient = useQueryClient();
  // Not waited for: what comes back would take the form away before it could show the codes that come only once.
  return () => void invalidate(queryClient, "getSecondFactors", "getMe", "listLinkedAccounts");
}

export function useStartAuthenticator() {
  return useMutation({ ...startAuthenticatorMutation(), gcTime: 0 });
}

export function useConfirmAuthenticator() {
  return useMutation({ ...confirmAuthenticatorMutation(), gcTime: 0, onSuccess: useFactorsChanged() });
}

export function useRemoveAuthenticator() {
  return useMutation({ ...removeAuthenticatorMutation(), onSuccess: useFactorsChanged() });
}

export function useRenewRecoveryCodes() {
  return useMutation({ ...renewRecoveryCodesMutation(), gcTime: 0, onSuccess: useFactorsChanged() });
}

/** Asks the API what to ask for, the browser for a passkey, and gives it to the API. */
export function useAddPasskey() {
  return useMutation({
    mutationFn: async (name: string) => {
      const { data } = await getPasskeyCreationOptions();
      const credential = await createPasskey(data.options);
      return (await addPasskey({ body: { name, credential } })).data;
    },
    gcTime: 0,
    onSuccess: useFactorsChanged(),
  });
}

export function useRenamePasskey() {
  return useMutation({ ...renamePasskeyMutation(), onSuccess: useFactorsChanged() });
}

export function useRemovePasskey() {
  return useMutation({ ...removePasskeyMutation(), onSuccess: useFactorsChanged() });
}

export function useTakeSecondStep() {
  const queryClient = useQueryClient();
  return useMutation({ ...takeSecondStepMutation(), onSuccess: () => queryClient.clear() });
}

export function useTakeSecondStepWithPasskey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const { data } = await getSecondStepPasskeyOptions();
      await takeSecondStepWithPasskey({ body: { credential: await showPasskey(data.options) } });
    },
    onSuccess: () => queryClient.clear(),
  });
}

export function useTakeStepUp() {
  const queryClient = useQueryClient();
  return useMutation({ ...takeStepUpMutation(), onSuccess: () => invalidate(queryClient, "getMe") });
}

export function useTakeStepUpWithPasskey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const { data } = await getStepUpPasskeyOptions();
      await takeStepUpWithPasskey({ body: { credential: await showPasskey(data.options) } });
    },
    onSuccess: () => invalidate(queryClient, "getMe"),
  });
}

type PasskeyLogIn = { isOffer: boolean; onPicked?: () => void };

/** `isOffer`: wait beside the form until the person picks a passkey from the field's suggestions. */
export function usePasskeyLogIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ isOffer, onPicked }: PasskeyLogIn) => {
      const { data } = await getLogInPasskeyOptions();
      const credential = await showPasskey(data.options, { isOffer });
      onPicked?.();
      return (await logInWithPasskey({ body: { credential } })).data;
    },
    meta: { is401Expected: true },
    onSuccess: () => queryClient.clear(),
  });
}
