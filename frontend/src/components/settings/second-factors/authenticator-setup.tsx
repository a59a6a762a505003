"use client";

import { useState, type SyntheticEvent } from "react";

import { Button } from "@/components/ui/button";
import { CodeInput } from "@/components/ui/code-input";
import { CopyButton } from "@/components/ui/copy-button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { QrImage } from "@/components/ui/qr-image";
import { toApiError } from "@/lib/errors";
import type { AuthenticatorSetup as Setup } from "@/openapi/types.gen";
import { useConfirmAuthenticator } from "@/queries/second-factors";

type Props = { setup: Setup; onCodes: (codes: readonly string[]) => void; onClose: () => void };

/** Scan, type what the app shows, done. The secret is gone when the page is. */
export function AuthenticatorSetup({ setup, onCodes, onClose }: Props) {
  const [code, setCode] = useState("");
  const confirm = useConfirmAuthenticator();
  const refusal = confirm.error ? toApiError(confirm.error) : null;
  const fieldError = refusal?.fields[0]?.detail;

  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (confirm.isPending) return;
    confirm.mutate(
      { body: { code } },
      {
        onSuccess: (made) => {
          onClose();
          onCodes(made.recovery_codes);
        },
      },
    );
  };

  return (
    <form
      noValidate
      aria-label="Set up authenticator app"
      onSubmit={onSubmit}
      className="space-y-6 border-b border-rule pb-6"
    >
      <div className="flex flex-wrap gap-6">
        <QrImage src={setup.qr_code} alt="QR code that adds Quittance to an authenticator app" />
        <div className="min-w-0 flex-1 basis-56 space-y-3 text-sm">
          <p>Scan this with an authenticator app, such as the one of your password manager.</p>
          <p className="text-muted">
            On this device, <Link href={setup.otpauth_uri} />. Or type this key into it:
          </p>
          <p translate="no" className="font-mono break-all select-all">
            {setup.secret}
          </p>
          <CopyButton size="sm" value={setup.secret} label="Copy key" />
        </div>
      </div>
      <Field label="Code" hint="The six digits that the app shows now." error={fieldError}>
        {(control) => <CodeInput {...control} value={code} onChange={setCode} />}
      </Field>
      <FormMessage message={fieldError ? undefined : refusal?.detail} />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" variant="primary" isPending={confirm.isPending}>
          Turn on
        </Button>
        <Button variant="ghost" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** An address of the app's own, so no page of ours. */
function Link({ href }: { href: string }) {
  return (
    <a href={href} className="font-semibold text-accent-ink underline underline-offset-2">
      open it in the app
    </a>
  );
}
