"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";

import { DateTimeText } from "@/components/figures/date-text";
import { Button } from "@/components/ui/button";
import { ConfirmByTypingDialog } from "@/components/ui/confirm-by-typing-dialog";
import { Section } from "@/components/ui/section";
import { errorMessage } from "@/lib/errors";
import type { OwnedTeam } from "@/openapi/types.gen";
import { myDeletionOptions, useRequestMyDeletion } from "@/queries/my-data";
import { useMe } from "@/queries/session";

import { KeepAccount } from "./keep-account";

export function DeleteAccount() {
  const { due_at: dueAt, teams_without_other_owner: teams } = useSuspenseQuery(myDeletionOptions()).data;
  return (
    <Section
      title="Delete your account"
      description="Fourteen days after you ask, your account is gone for good. What you wrote in a team's books, such as invoices, belongs to the team and stays."
      className="max-w-form"
    >
      <div className="text-sm">
        {dueAt ? (
          <>
            <p className="mb-4">
              It will be deleted <DateTimeText value={dueAt} />. Until then you can keep it.
            </p>
            <KeepAccount />
          </>
        ) : teams.length > 0 ? (
          <LastOwner teams={teams} />
        ) : (
          <AskToDelete />
        )}
      </div>
    </Section>
  );
}

function LastOwner({ teams }: { teams: readonly OwnedTeam[] }) {
  return (
    <>
      <p>
        You are the only owner of what follows. Hand each over to somebody, or delete it; then you can go.
      </p>
      <ul className="mt-2 list-disc pl-5">
        {teams.map((team) => (
          <li key={team.id} className="font-semibold wrap-anywhere">
            {team.name}
          </li>
        ))}
      </ul>
    </>
  );
}

function AskToDelete() {
  const { user } = useMe();
  const [isOpen, setIsOpen] = useState(false);
  const request = useRequestMyDeletion();

  const onConfirm = () =>
    request.mutate(
      { body: { confirmation: user.email } },
      // A full page load on purpose: the session has ended, and nothing of it stays in memory.
      // eslint-disable-next-line @next/next/no-location-assign-relative-destination
      { onSuccess: () => window.location.assign("/log-in?next=%2Fsettings%2Fdata") },
    );

  return (
    <>
      <Button variant="danger" onClick={() => setIsOpen(true)}>
        Delete account
      </Button>
      <ConfirmByTypingDialog
        isOpen={isOpen}
        onClose={() => {
          setIsOpen(false);
          request.reset();
        }}
        onConfirm={onConfirm}
        title="Delete your account?"
        description="You are logged out everywhere at once. For fourteen days you can log in and keep the account; after that it cannot be brought back."
        phrase={user.email}
        confirmLabel="Delete account"
        isPending={request.isPending || request.isSuccess}
        error={errorMessage(request.error)}
      />
    </>
  );
}
