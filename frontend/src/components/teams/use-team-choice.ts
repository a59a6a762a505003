"use client";

import { useRouter } from "next/navigation";

import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import { requestNavigation } from "@/lib/navigation-guard";
import { useSwitchTeam } from "@/queries/own-teams";
import { useMe } from "@/queries/session";

/** Goes on in another team, at its dashboard: what the page shows now belongs to the former one. */
export function useTeamChoice() {
  const router = useRouter();
  const { team } = useMe();
  const change = useSwitchTeam();

  const choose = (teamId: string) => {
    if (teamId === team?.id || change.isPending) return;
    // Promises, because the list may be closed before the answer: callbacks would be forgotten with it.
    requestNavigation(() => {
      change.mutateAsync({ body: { team_id: teamId } }).then(
        () => router.push("/dashboard"),
        (error: unknown) => toast.error(errorMessage(error) ?? ""),
      );
    });
  };
  return { choose, isPending: change.isPending };
}
