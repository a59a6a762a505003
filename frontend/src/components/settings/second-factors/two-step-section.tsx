"use client";

import { LifeBuoy, Smartphone } from "lucide-react";
import { useState } from "react";

import { DateTimeText } from "@/components/figures/date-text";
import { TimeAgo } from "@/components/figures/time-ago";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { FormMessage } from "@/components/ui/form-message";
import { ListRow, ListRows } from "@/components/ui/list-row";
import { Section } from "@/components/ui/section";
import { errorMessage } from "@/lib/errors";
import { countOf } from "@/lib/format";
import type { SecondFactors } from "@/openapi/types.gen";
import { useStartAuthenticator } from "@/queries/second-factors";

import { AuthenticatorSetup } from "./authenticator-setup";
import { RenewCodesDialog, TurnOffDialog } from "./two-step-dialogs";

const FEW_CODES = 3;

type Props = { factors: SecondFactors; onCodes: (codes: readonly string[]) => void };

export function TwoStepSection({ factors, onCodes }: Props) {
  const { authenticator, passkeys, recovery_codes_left: codesLeft } = factors;
  const [asking, setAsking] = useState<"turn-off" | "renew" | null>(null);
  const start = useStartAuthenticator();
  const isOn = authenticator !== null || passkeys.length > 0;

  return (
    <Section
      title="Two-step log-in"
      description="A password can be guessed or stolen. With a second step it opens nothing alone."
      aside={<Badge tone={isOn ? "paid" : "draft"}>{isOn ? "On" : "Off"}</Badge>}
    >
      {start.data && !authenticator ? (
        <AuthenticatorSetup setup={start.data} onCodes={onCodes} onClose={start.reset} />
      ) : (
        <ListRows label="Second steps">
          <ListRow
            icon={<Smartphone />}
            title="Authenticator app"
            meta={
              authenticator ? (
                <>
                  Set up <DateTimeText value={authenticator.confirmed_at} />
                  {authenticator.last_used_at ? (
                    <>
                      , last used <TimeAgo value={authenticator.last_used_at} />
                    </>
                  ) : null}
                </>
              ) : (
                "A six-digit code from an app on your phone."
              )
            }
            actions={
              authenticator ? (
                <Button size="sm" onClick={() => setAsking("turn-off")}>
                  Turn off
                </Button>
              ) : (
                <Button size="sm" isPending={start.isPending} onClick={() => start.mutate({})}>
                  Set up app
                </Button>
              )
            }
          />
          {isOn ? (
            <ListRow
              icon={<LifeBuoy />}
              title="Recovery codes"
              badge={codesLeft <= FEW_CODES ? <Badge tone="overdue">{few(codesLeft)}</Badge> : undefined}
              meta={`${countOf(codesLeft, "code")} left, for the day your phone or passkey is gone.`}
              actions={
                <Button size="sm" onClick={() => setAsking("renew")}>
                  Make new codes
                </Button>
              }
            />
          ) : null}
        </ListRows>
      )}
      <FormMessage message={errorMessage(start.error)} className="mt-4" />
      <TurnOffDialog
        isOpen={asking === "turn-off"}
        hasPasskeys={passkeys.length > 0}
        onClose={() => setAsking(null)}
      />
      <RenewCodesDialog isOpen={asking === "renew"} onCodes={onCodes} onClose={() => setAsking(null)} />
    </Section>
  );
}

function few(left: number): string {
  return left === 0 ? "None left" : "Few left";
}
