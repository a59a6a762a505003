"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";

import { AuthCard, AuthLink } from "@/components/auth/auth-card";
import { forgetInvitationToken, useInvitationToken } from "@/lib/invitation-token";

import { InvitationSkeleton } from "./invitation-skeleton";
import { OpenInvitation } from "./open-invitation";

/** Where the link in the mail leads. */
export function InvitationPage() {
  const router = useRouter();
  const token = useInvitationToken();
  const [answer, setAnswer] = useState<"accepted" | "declined" | null>(null);

  if (answer === "declined") {
    return (
      <AuthCard
        title="Invitation declined"
        description="Whoever invited you is told by mail. If you change your mind, ask them to invite you again."
        footer={<AuthLink href="/dashboard">Go to Quittance</AuthLink>}
      />
    );
  }
  if (token === undefined || answer === "accepted") return <InvitationSkeleton />;
  if (token === null) {
    return (
      <AuthCard
        title="This link is not complete"
        description="Nothing is lost: open the invitation from the mail once more. If the mail shows the link as text, copy all of it."
        footer={<AuthLink href="/log-in">Log in</AuthLink>}
      />
    );
  }
  return (
    <OpenInvitation
      key={token}
      token={token}
      onAccepted={() => {
        setAnswer("accepted");
        forgetInvitationToken();
        router.replace("/dashboard");
      }}
      onDeclined={() => {
        setAnswer("declined");
        forgetInvitationToken();
      }}
    />
  );
}
