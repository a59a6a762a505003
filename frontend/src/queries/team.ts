import { useMutation, useQueryClient } from "@tanstack/react-query";

import { invalidate } from "@/lib/invalidate";
import {
  changePasswordMutation,
  getMeQueryKey,
  getTeamOptions,
  getTeamQueryKey,
  listInvoicesOptions,
  updateMeMutation,
  updateTeamMutation,
} from "@/openapi/@tanstack/react-query.gen";
import type { Me } from "@/openapi/types.gen";

export const teamOptions = () => getTeamOptions();

/** The newest number of a year's series: numbers hold "<year>-", drafts have none, and sorting is by sequence. */
export const latestInvoiceNumberOptions = (year: number) => ({
  ...listInvoicesOptions({ query: { search: `${year}-`, sort: "-number", limit: 20 } }),
  select: (page: { items: readonly { number: string | null }[] }) =>
    page.items.find((invoice) => invoice.number !== null)?.number ?? null,
});

export function useUpdateTeam() {
  const queryClient = useQueryClient();
  return useMutation({
    ...updateTeamMutation(),
    onSuccess: (team) => {
      queryClient.setQueryData(getTeamQueryKey(), team);
      queryClient.setQueryData<Me>(getMeQueryKey(), (me) =>
        me
          ? {
              ...me,
              team: me.team && { ...me.team, name: team.name },
              teams: me.teams.map((one) => (one.id === team.id ? { ...one, name: team.name } : one)),
            }
          : me,
      );
      // A draft shows the seller as it stands now.
      void invalidate(queryClient, "getInvoice");
    },
  });
}

export function useUpdateMe() {
  const queryClient = useQueryClient();
  return useMutation({
    ...updateMeMutation(),
    onSuccess: (user) => queryClient.setQueryData(getMeQueryKey(), (me) => (me ? { ...me, user } : me)),
  });
}

export function useChangePassword() {
  const queryClient = useQueryClient();
  return useMutation({
    ...changePasswordMutation(),
    onSuccess: () => void invalidate(queryClient, "getMe", "listMySessions", "listLinkedAccounts"),
  });
}
