"use client";

import { LinkButton } from "@/components/ui/link-button";
import { useCan, useMe } from "@/queries/session";

export function NewKeyAction() {
  const canManage = useCan("api_keys:manage");
  const { user } = useMe();
  return canManage && user.is_email_verified ? (
    <LinkButton href="/settings/api-keys/new" variant="primary">
      New API key
    </LinkButton>
  ) : null;
}
