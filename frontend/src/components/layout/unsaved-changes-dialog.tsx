"use client";

import { useRouter } from "next/navigation";
import { useCallback } from "react";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useNavigationGuard } from "@/lib/navigation-guard";

type Props = { isDirty: boolean };

/** Put it into a form: links, shortcuts, Back and closing the tab ask before they throw changes away. */
export function UnsavedChangesDialog({ isDirty }: Props) {
  const router = useRouter();
  const navigate = useCallback((href: string) => router.push(href), [router]);
  const guard = useNavigationGuard(isDirty, navigate);
  return (
    <ConfirmDialog
      isOpen={guard.isAsking}
      onClose={guard.stay}
      onConfirm={guard.leave}
      title="Leave without saving?"
      description="Your changes on this page are not saved yet. If you leave now, they are gone."
      confirmLabel="Leave without saving"
      cancelLabel="Keep editing"
      isDangerous
    />
  );
}
