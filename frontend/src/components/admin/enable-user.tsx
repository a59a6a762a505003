"use client";

import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import { useEnableUser } from "@/queries/admin";

export function EnableUser({ userId }: { userId: string }) {
  const enable = useEnableUser();
  return (
    <Button
      size="sm"
      isPending={enable.isPending}
      onClick={() =>
        enable.mutate(
          { path: { user_id: userId } },
          { onError: (error) => toast.error(errorMessage(error) ?? "") },
        )
      }
    >
      Enable account
    </Button>
  );
}
