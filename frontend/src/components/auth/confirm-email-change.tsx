"use client";

import type { ReactNode } from "react";

import { Button } from "@/components/ui/button";
import { FormMessage } from "@/components/ui/form-message";
import { LinkButton } from "@/components/ui/link-button";
import { errorMessage, toApiError } from "@/lib/errors";
import { useMailedLink } from "@/lib/use-mailed-link";
import { useConfirmEmailChange, useRefuseEmailChange } from "@/queries/account";

import { AuthCard } from "./auth-card";
import { AuthCardSkeleton } from "./auth-card-skeleton";

const SETTINGS = "/settings/profile";

/** Opened from the mail at either address; each of them has to agree. */
export function ConfirmEmailChange() {
  const link = useMailedLink();
  if (!link) return <AuthCardSkeleton title="Change your e-mail address" />;
  const token = link.get("token");
  if (!token) {
    return (
      <Answer title="This link is not complete">
        Open it again from the mail. Your address is as it was.
      </Answer>
    );
  }
  return <Decision key={token} token={token} isPresentAddress={link.get("address") === "present"} />;
}

function Decision({ token, isPresentAddress }: { token: string; isPresentAddress: boolean }) {
  const confirm = useConfirmEmailChange();
  const refuse = useRefuseEmailChange();
  const error = confirm.error ?? refuse.error;

  if (confirm.data) return <Agreed newEmail={confirm.data.new_email} isComplete={confirm.data.is_complete} />;
  if (refuse.isSuccess) {
    return (
      <Answer title="Your address stays as it is">
        The change is off. If it was not you who asked for it, somebody may be logged in as you: change your
        password and end your other sessions.
      </Answer>
    );
  }
  if (error && toApiError(error).code === "link-not-valid") {
    return (
      <Answer title="This link does not work any more">
        A link works once and for a short time, and only while the change is waiting. Nothing was changed by
        it; look in your profile for how things stand.
      </Answer>
    );
  }
  return (
    <AuthCard
      title={
        isPresentAddress ? "Do you want to change your e-mail address?" : "Confirm your new e-mail address"
      }
      description={
        isPresentAddress
          ? "Agree only if it was you who asked. The address changes when the new one is confirmed too."
          : "It becomes the address you log in with as soon as your present address agrees too."
      }
    >
      <div className="space-y-5">
        <FormMessage message={errorMessage(error)} />
        <Button
          variant="primary"
          className="w-full"
          isPending={confirm.isPending}
          disabled={refuse.isPending}
          onClick={() => confirm.mutate({ body: { token } })}
        >
          {isPresentAddress ? "Agree to the change" : "Confirm the new address"}
        </Button>
        {isPresentAddress ? (
          <Button
            className="w-full"
            isPending={refuse.isPending}
            disabled={confirm.isPending}
            onClick={() => refuse.mutate({ body: { token } })}
          >
            Keep my present address
          </Button>
        ) : null}
      </div>
    </AuthCard>
  );
}

function Agreed({ newEmail, isComplete }: { newEmail: string; isComplete: boolean }) {
  const email = <strong className="font-semibold wrap-anywhere text-ink">{newEmail}</strong>;
  if (isComplete) {
    return <Answer title="Your e-mail address has changed">From now on you log in with {email}.</Answer>;
  }
  return (
    <Answer title="One half is done">
      Your address becomes {email} when the other address has confirmed too: we sent a mail to each.
    </Answer>
  );
}

function Answer({ title, children }: { title: string; children: ReactNode }) {
  return (
    <AuthCard isAnswer title={title} description={<p>{children}</p>}>
      <LinkButton href={SETTINGS} className="w-full">
        Go to your profile
      </LinkButton>
    </AuthCard>
  );
}
