"use client";

import Link from "next/link";

import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { useMe } from "@/queries/session";

import { CreateTeamForm } from "./create-team-form";
import { ReceivedInvitations } from "./received-invitations";
import { TeamChoices } from "./team-choices";

/** Invoices belong to a team: this is how one comes to have one. */
export function NoTeamPage() {
  const { teams } = useMe();
  return (
    <div className="max-w-form">
      <PageHeader
        title="You are in no team"
        description={
          <>
            Customers and invoices belong to a team. Join one, or create your own.{" "}
            <Link href="/settings/profile" className="font-semibold underline underline-offset-2">
              Your account
            </Link>{" "}
            stays as it is.
          </>
        }
      />
      <div className="space-y-12">
        {teams.length > 0 ? (
          <Section title="Your teams">
            <TeamChoices />
          </Section>
        ) : null}
        <ReceivedInvitations />
        <Section title="Create a team">
          <CreateTeamForm />
        </Section>
      </div>
    </div>
  );
}
