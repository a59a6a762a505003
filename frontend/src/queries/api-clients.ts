import { useMutation, useQueryClient } from "@tanstack/react-query";

import { invalidate } from "@/lib/invalidate";
import {
  connectApiClientMutation,
  createApiKeyMutation,
  listApiClientsOptions,
  listApiKeysOptions,
  revokeApiClientMutation,
  revokeApiKeyMutation,
} from "@/openapi/@tanstack/react-query.gen";

export const apiKeysOptions = () => listApiKeysOptions();
export const apiClientsOptions = () => listApiClientsOptions();

/** The answer carries the key: it is forgotten with the page that shows it. */
export function useCreateApiKey() {
  const queryClient = useQueryClient();
  return useMutation({
    ...createApiKeyMutation(),
    gcTime: 0,
    onSuccess: () => void invalidate(queryClient, "listApiKeys"),
  });
}

export function useRevokeApiKey() {
  const queryClient = useQueryClient();
  return useMutation({
    ...revokeApiKeyMutation(),
    onSuccess: () => void invalidate(queryClient, "listApiKeys"),
  });
}

/** The answer carries the first refresh token: it is forgotten with the page that shows it. */
export function useConnectApiClient() {
  const queryClient = useQueryClient();
  return useMutation({
    ...connectApiClientMutation(),
    gcTime: 0,
    onSuccess: () => void invalidate(queryClient, "listApiClients"),
  });
}

export function useDisconnectApiClient() {
  const queryClient = useQueryClient();
  return useMutation({
    ...revokeApiClientMutation(),
    onSuccess: () => void invalidate(queryClient, "listApiClients"),
  });
}
