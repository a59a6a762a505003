"use client";

import type { ReactNode } from "react";

import { ErrorState } from "@/components/ui/error-state";
import { useCan, useMe } from "@/queries/session";

/** Around everything about API keys and clients: who may not manage them reads why, instead of a refused request. */
export function ApiAccessGate({ children }: { children: ReactNode }) {
  const canManage = useCan("api_keys:manage");
  const { user } = useMe();

  if (!canManage) {
    return (
      <ErrorState
        title="Your role can't manage API keys"
        description="Ask an owner or admin of the team to make a key for what you want to connect."
      />
    );
  }
  if (!user.is_email_verified) {
    return (
      <ErrorState
        title="Confirm your e-mail address first"
        description="API keys act in your name, so we have to know that the address is yours. Open the link in the mail we sent you, then come back."
      />
    );
  }
  return children;
}
