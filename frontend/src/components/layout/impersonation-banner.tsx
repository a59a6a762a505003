"use client";

import { DateTimeText } from "@/components/figures/date-text";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import { useEndImpersonation } from "@/queries/impersonation";
import { useMe } from "@/queries/session";

/** Never out of sight while an administrator looks through somebody's eyes: who, why, until when. */
export function ImpersonationBanner() {
  const { user, impersonation } = useMe();
  const end = useEndImpersonation();
  if (!impersonation) return null;

  const onEnd = () =>
    end.mutate(
      {},
      {
        // A full page load on purpose: nothing of this session stays in memory.
        // eslint-disable-next-line @next/next/no-location-assign-relative-destination
        onSuccess: () => window.location.assign("/log-in"),
        onError: (error) =>
          toast.error(errorMessage(error) ?? "The impersonation goes on. Try to end it again."),
      },
    );

  return (
    <Banner
      tone={impersonation.is_read_only ? "warning" : "danger"}
      label="Impersonation"
      className="sticky top-14 z-20 md:top-0"
      action={
        <Button size="sm" isPending={end.isPending} onClick={onEnd}>
          End impersonation
        </Button>
      }
    >
      <p>
        <strong>
          {impersonation.administrator_name} is looking through {user.name}’s eyes
        </strong>{" "}
        until <DateTimeText value={impersonation.expires_at} />.{" "}
        {impersonation.is_read_only ? "Nothing can be changed." : "Changes are made in this person’s name."}
      </p>
      <p className="line-clamp-2" title={impersonation.reason}>
        Reason: {impersonation.reason}
      </p>
    </Banner>
  );
}
