"use client";

import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import { useCancelMyDeletion } from "@/queries/my-data";

type Props = { size?: "sm" | "md" };

export function KeepAccount({ size = "md" }: Props) {
  const cancel = useCancelMyDeletion();
  const keep = () =>
    cancel.mutate(
      {},
      {
        onSuccess: () => toast.success("Your account stays."),
        onError: (error) => toast.error(errorMessage(error) ?? "It is still going to be deleted. Try again."),
      },
    );
  return (
    <Button size={size} isPending={cancel.isPending} onClick={keep}>
      Keep my account
    </Button>
  );
}
