"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { TimeAgo } from "@/components/figures/time-ago";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { FormMessage } from "@/components/ui/form-message";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/errors";
import type { EmailChange } from "@/openapi/types.gen";
import { emailChangeOptions, useCancelEmailChange } from "@/queries/account";
import { useMe } from "@/queries/session";

import { EmailChangeForm } from "./email-change-form";

export function EmailAddress() {
  const { user } = useMe();
  return (
    <Section title="E-mail" className="max-w-form">
      <div className="space-y-5">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <span className="font-semibold wrap-anywhere">{user.email}</span>
          {user.is_email_verified ? null : <Badge tone="overdue">Not confirmed</Badge>}
          <span className="basis-full text-muted">You log in with it.</span>
        </p>
        <QueryBoundary
          skeleton={
            <div role="status" aria-label="Loading">
              <Skeleton className="h-10 w-full" />
            </div>
          }
          errorTitle="Whether a change is waiting could not be loaded"
        >
          <Change />
        </QueryBoundary>
      </div>
    </Section>
  );
}

function Change() {
  const { change } = useSuspenseQuery(emailChangeOptions()).data;
  return change ? <WaitingChange change={change} /> : <EmailChangeForm />;
}

function WaitingChange({ change }: { change: EmailChange }) {
  const cancel = useCancelEmailChange();
  return (
    <div className="border-l-2 border-rule-strong pl-4 text-sm">
      <p>
        Asked <TimeAgo value={change.requested_at} /> to become{" "}
        <strong className="font-semibold wrap-anywhere">{change.new_email}</strong>.{" "}
        {change.is_current_confirmed
          ? "The new address still has to confirm: open the link in its mail."
          : change.is_new_confirmed
            ? "Your present address still has to agree: open the link in its mail."
            : "Both addresses have a mail with a link to open, yours and the new one. Until then nothing changes."}
      </p>
      <FormMessage message={errorMessage(cancel.error)} className="mt-4" />
      <Button className="mt-4" size="sm" isPending={cancel.isPending} onClick={() => cancel.mutate({})}>
        Keep my present address
      </Button>
    </div>
  );
}
