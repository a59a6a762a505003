import { useMutation, useQueryClient, type UseMutationOptions } from "@tanstack/react-query";
import { useEffect } from "react";

import { invalidate } from "@/lib/invalidate";
import {
  beginFederatedStepUpMutation,
  beginLinkingMutation,
  listLinkedAccountsOptions,
  unlinkAccountMutation,
} from "@/openapi/@tanstack/react-query.gen";
import type { ProviderRedirect } from "@/openapi/types.gen";

export const linkedAccountsOptions = () => listLinkedAccountsOptions();

/** The browser itself goes there and on to the provider: neither a request of this page nor a page of ours. */
export function providerLogInHref(providerId: string, nextPath: string): string {
  return `/api/auth/federation/${encodeURIComponent(providerId)}/start?next=${encodeURIComponent(nextPath)}`;
}

export function useBeginLinking() {
  return useLeavingForProvider(beginLinkingMutation());
}

export function useBeginFederatedStepUp() {
  return useLeavingForProvider(beginFederatedStepUpMutation());
}

export function useUnlinkAccount() {
  const queryClient = useQueryClient();
  return useMutation({
    ...unlinkAccountMutation(),
    onSuccess: () => invalidate(queryClient, "listLinkedAccounts"),
  });
}

function useLeavingForProvider<Failure, Variables>(
  options: UseMutationOptions<ProviderRedirect, Failure, Variables>,
) {
  const begin = useMutation({
    ...options,
    onSuccess: ({ authorization_url: address }) => window.location.assign(address),
  });
  const { reset } = begin;
  // Whoever turns back there with the browser's own button finds this page as it was, and its buttons must work again.
  useEffect(() => {
    const onShow = ({ persisted }: PageTransitionEvent) => {
      if (persisted) reset();
    };
    window.addEventListener("pageshow", onShow);
    return () => window.removeEventListener("pageshow", onShow);
  }, [reset]);
  return begin;
}
