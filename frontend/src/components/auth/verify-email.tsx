"use client";

import { useState } from "react";

import { useMailedLink } from "@/lib/use-mailed-link";
import { useResendVerification } from "@/queries/account";

import { AskForMail } from "./ask-for-mail";
import { AuthLink } from "./auth-card";
import { AuthCardSkeleton } from "./auth-card-skeleton";
import { ConfirmMyAddress } from "./confirm-my-address";
import { FinishSignUp } from "./finish-sign-up";

export function VerifyEmail() {
  const link = useMailedLink();
  const [refusal, setRefusal] = useState<{ token: string; detail: string } | null>(null);

  if (!link) return <AuthCardSkeleton title="Confirm your e-mail address" />;
  const token = link.get("token");
  if (!token) {
    return <AnotherLink title="This link is not complete" detail="Open it again from the mail." />;
  }
  if (refusal?.token === token) {
    return <AnotherLink title="This link does not work any more" detail={refusal.detail} />;
  }
  const onRefused = (detail: string) => setRefusal({ token, detail });
  return link.get("account") === "mine" ? (
    <ConfirmMyAddress key={token} token={token} onRefused={onRefused} />
  ) : (
    <FinishSignUp key={token} token={token} onRefused={onRefused} />
  );
}

function AnotherLink({ title, detail }: { title: string; detail: string }) {
  const resend = useResendVerification();
  return (
    <AskForMail
      isAnswer
      title={title}
      description={`${detail} If you have confirmed your address already, log in; else enter it here for a new link.`}
      footer={
        <>
          Confirmed already? <AuthLink href="/log-in">Log in</AuthLink>
        </>
      }
      whatNext="If the address still waits to be confirmed, the mail has a new link."
      ask={(email) => resend.mutateAsync({ body: { email } })}
    />
  );
}
