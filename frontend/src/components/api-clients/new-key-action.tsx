"use client";

import { LinkButton } from "@/components/ui/link-button";
import { useCan } from "@/queries/session";

export function NewKeyAction() {
  return useCan("api_keys:manage") ? (
    <LinkButton href="/settings/api-keys/new" variant="primary">
      New API key
    </LinkButton>
  ) : null;
}
