"use client";

import { DateTimeText } from "@/components/figures/date-text";
import { KeepAccount } from "@/components/settings/keep-account";
import { TeamDeletionBanner } from "@/components/teams/team-deletion-banner";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { errorMessage } from "@/lib/errors";
import { useResendMyVerification } from "@/queries/account";
import { useMe } from "@/queries/session";

import { ImpersonationBanner } from "./impersonation-banner";

export function BannerList() {
  return (
    <div className="-mx-4 -mt-6 mb-6 empty:hidden md:-mx-10 md:-mt-10 md:mb-10">
      <ImpersonationBanner />
      <DeletionBanner />
      <TeamDeletionBanner />
      <UnverifiedBanner />
    </div>
  );
}

function DeletionBanner() {
  const { deletion_due_at: dueAt } = useMe().user;
  if (!dueAt) return null;
  return (
    <Banner tone="danger" label="Your account is going to be deleted" action={<KeepAccount size="sm" />}>
      Your account will be deleted <DateTimeText value={dueAt} />.
    </Banner>
  );
}

function UnverifiedBanner() {
  const { user } = useMe();
  const resend = useResendMyVerification();
  if (user.is_email_verified) return null;
  return (
    <Banner
      tone="warning"
      label="E-mail address not confirmed"
      action={
        <Button size="sm" isPending={resend.isPending} onClick={() => resend.mutate({})}>
          {resend.isSuccess ? "Send it again" : "Send the link"}
        </Button>
      }
    >
      <p>
        {resend.isSuccess
          ? `We sent a mail to ${user.email}. Open the link in it to confirm the address.`
          : `Your address ${user.email} is not confirmed yet. Some things wait for it, such as issuing invoices.`}
      </p>
      <p role="alert" className="font-semibold">
        {errorMessage(resend.error)}
      </p>
    </Banner>
  );
}
