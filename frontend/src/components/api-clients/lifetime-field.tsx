"use client";

import { useWatch, type UseFormReturn } from "react-hook-form";

import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { formatDate, localIsoDate } from "@/lib/format";
import { useNow } from "@/lib/use-now";

import type { CredentialValues } from "./credential-values";

const DAY_MS = 86_400_000;

export function LifetimeField({ form }: { form: UseFormReturn<CredentialValues> }) {
  const now = useNow();
  const lifetime = useWatch({ control: form.control, name: "lifetime" });
  const hint =
    lifetime === "never"
      ? "It works until somebody revokes it, even if nobody remembers it."
      : `It stops working on ${formatDate(localIsoDate(new Date(now.getTime() + Number(lifetime) * DAY_MS)))}.`;

  return (
    <Field
      label="Expires"
      hint={hint}
      error={form.formState.errors.lifetime?.message}
      className="sm:max-w-xs"
    >
      {(control) => (
        <Select {...control} {...form.register("lifetime")}>
          <option value="30">In 30 days</option>
          <option value="90">In 90 days</option>
          <option value="365">In a year</option>
          <option value="never">Never</option>
        </Select>
      )}
    </Field>
  );
}
