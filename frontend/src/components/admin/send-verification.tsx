"use client";

import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import { useSendUserVerification } from "@/queries/admin";

export function SendVerification({ userId }: { userId: string }) {
  const send = useSendUserVerification();
  return (
    <Button
      size="sm"
      isPending={send.isPending}
      onClick={() =>
        send.mutate(
          { path: { user_id: userId } },
          {
            onSuccess: () => toast.success("The mail is on its way."),
            onError: (error) => toast.error(errorMessage(error) ?? ""),
          },
        )
      }
    >
      Send again
    </Button>
  );
}
