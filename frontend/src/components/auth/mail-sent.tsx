"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { FormMessage } from "@/components/ui/form-message";
import { errorMessage } from "@/lib/errors";
import { formatMinutes } from "@/lib/format";
import type { MailPromise } from "@/openapi/types.gen";

import { AuthCard } from "./auth-card";
import { MailedHere } from "./mailed-here";

type Props = {
  promise: MailPromise;
  /** What to do with the mail, in a sentence or two. */
  whatNext: string;
  onResend: () => Promise<unknown>;
  onOtherAddress: () => void;
};

type Resending = { state: "idle" | "pending" | "done"; error?: string | undefined };

/** Every address gets this answer; whether it has an account, only its mail tells. */
export function MailSent({ promise, whatNext, onResend, onOtherAddress }: Props) {
  const [resending, setResending] = useState<Resending>({ state: "idle" });

  const resend = async () => {
    setResending({ state: "pending" });
    try {
      await onResend();
      setResending({ state: "done" });
    } catch (error) {
      setResending({ state: "idle", error: errorMessage(error) });
    }
  };

  return (
    <AuthCard
      isAnswer
      title="Look in your mail"
      description={
        <p>
          We sent a mail to <strong className="font-semibold wrap-anywhere text-ink">{promise.email}</strong>.{" "}
          {whatNext} The link works once, for {formatMinutes(promise.valid_minutes)}.
        </p>
      }
    >
      <div className="space-y-5">
        <p className="text-sm text-muted">
          Nothing there after a minute or two? Look in the spam folder, or have it sent again.
        </p>
        <FormMessage message={resending.error} />
        <div className="flex flex-wrap gap-3">
          <Button isPending={resending.state === "pending"} onClick={() => void resend()}>
            Send it again
          </Button>
          <Button variant="ghost" onClick={onOtherAddress}>
            Use another address
          </Button>
        </div>
        <p role="status" className="text-sm text-muted">
          {resending.state === "done" ? "Sent again. Only the newest link is worth opening." : null}
        </p>
        <MailedHere email={promise.email} />
      </div>
    </AuthCard>
  );
}
