"use client";

import { useRequestPasswordReset } from "@/queries/account";

import { AskForMail } from "./ask-for-mail";
import { AuthLink } from "./auth-card";

type Props = { title?: string; description?: string; isAnswer?: boolean };

export function ForgotPassword({
  title = "Forgot your password?",
  description = "Enter the address you log in with. We mail it a link that sets a new password.",
  isAnswer = false,
}: Props) {
  const request = useRequestPasswordReset();
  return (
    <AskForMail
      isAnswer={isAnswer}
      title={title}
      description={description}
      footer={
        <>
          Remembered it? <AuthLink href="/log-in">Log in</AuthLink>
        </>
      }
      whatNext="If the address has an account, the mail has a link to set a new password."
      ask={(email) => request.mutateAsync({ body: { email } })}
    />
  );
}
