"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";

import { SecretOnce } from "@/components/ui/secret-once";
import { secondFactorsOptions } from "@/queries/second-factors";

import { PasskeysSection } from "./passkeys-section";
import { TwoStepSection } from "./two-step-section";

/** Two-step log-in and passkeys. Recovery codes stand above both, since either may bring them. */
export function SecondFactorSettings() {
  const { data } = useSuspenseQuery(secondFactorsOptions());
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [first, ...others] = codes;

  return (
    <div className="max-w-form space-y-10">
      {first ? (
        <SecretOnce
          title="Your recovery codes"
          description="Each opens your account once, should your phone or passkey be gone. Store them where you would look then: printed, or in a password manager. They are shown only now."
          secrets={[first, ...others]}
          fileName="quittance-recovery-codes.txt"
          confirmLabel="I have stored them"
          onDone={() => setCodes([])}
        />
      ) : null}
      <TwoStepSection factors={data} onCodes={setCodes} />
      <PasskeysSection passkeys={data.passkeys} onCodes={setCodes} />
    </div>
  );
}
