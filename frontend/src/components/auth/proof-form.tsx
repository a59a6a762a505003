"use client";

import { KeyRound } from "lucide-react";
import { useState, type SyntheticEvent } from "react";

import { Button } from "@/components/ui/button";
import { CodeInput } from "@/components/ui/code-input";
import { Field, type ControlProps } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { toApiError } from "@/lib/errors";
import type { StepUpAnswer } from "@/openapi/types.gen";

export type ProofMethod = "passkey" | "one_time_code" | "password" | "recovery_code";

type Props = {
  label: string;
  /** What this person can show, the best first. */
  methods: readonly ProofMethod[];
  submitLabel: string;
  error: unknown;
  isPending: boolean;
  onProof: (proof: StepUpAnswer) => void;
  onPasskey: () => void;
  /** Another method was chosen: what was wrong with the last one is over. */
  onChange: () => void;
};

const switches: Record<ProofMethod, string> = {
  passkey: "Use a passkey",
  one_time_code: "Use your authenticator app",
  password: "Use your password",
  recovery_code: "Use a recovery code",
};

/** One proof of who sits here, by whichever of the offered means they choose. */
export function ProofForm(props: Props) {
  const { label, methods, submitLabel, error, isPending, onProof, onPasskey, onChange } = props;
  const [method, setMethod] = useState<ProofMethod>(methods[0] ?? "password");
  const [text, setText] = useState("");
  const refusal = error ? toApiError(error) : null;
  const fieldError = method === "passkey" ? undefined : refusal?.fields[0]?.detail;

  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isPending) return;
    if (method === "passkey") onPasskey();
    else onProof(proofOf(method, text));
  };

  return (
    <form noValidate aria-label={label} onSubmit={onSubmit} className="space-y-5">
      {method === "passkey" ? (
        <p className="text-sm text-muted">
          Your browser asks for your fingerprint, your face or your device’s PIN.
        </p>
      ) : (
        <Field key={method} {...fieldWords[method]} error={fieldError}>
          {(control) => <ProofControl method={method} control={control} value={text} onChange={setText} />}
        </Field>
      )}
      <FormMessage message={fieldError ? undefined : (refusal?.fields[0]?.detail ?? refusal?.detail)} />
      <Button type="submit" variant="primary" className="w-full" isPending={isPending}>
        {method === "passkey" ? <KeyRound aria-hidden /> : null}
        {method === "passkey" ? "Use passkey" : submitLabel}
      </Button>
      {methods.length > 1 ? (
        <ul className="flex flex-wrap gap-x-2 gap-y-1 border-t border-rule pt-4">
          {methods
            .filter((other) => other !== method)
            .map((other) => (
              <li key={other}>
                <Button
                  size="sm"
                  variant="ghost"
                  onClick={() => {
                    setMethod(other);
                    setText("");
                    onChange();
                  }}
                >
                  {switches[other]}
                </Button>
              </li>
            ))}
        </ul>
      ) : null}
    </form>
  );
}

type TypedMethod = Exclude<ProofMethod, "passkey">;

const fieldWords: Record<TypedMethod, { label: string; hint?: string }> = {
  one_time_code: { label: "Code", hint: "The six digits that your authenticator app shows now." },
  password: { label: "Password" },
  recovery_code: { label: "Recovery code", hint: "One of the ten you stored. It works once." },
};

type ControlFields = {
  method: TypedMethod;
  control: ControlProps;
  value: string;
  onChange: (text: string) => void;
};

/** The field takes the focus: it is what one came here, or switched, for. */
function ProofControl({ method, control, value, onChange }: ControlFields) {
  if (method === "one_time_code") {
    return <CodeInput {...control} autoFocus value={value} onChange={onChange} />;
  }
  const isPassword = method === "password";
  return (
    <Input
      {...control}
      autoFocus
      type={isPassword ? "password" : "text"}
      autoComplete={isPassword ? "current-password" : "off"}
      autoCapitalize="none"
      spellCheck={false}
      maxLength={isPassword ? 128 : 40}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function proofOf(method: TypedMethod, text: string): StepUpAnswer {
  if (method === "one_time_code") return { code: text };
  return method === "password" ? { password: text } : { recovery_code: text.trim() };
}
