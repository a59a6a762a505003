"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useForm, type UseFormReturn } from "react-hook-form";

import { UnsavedChangesDialog } from "@/components/layout/unsaved-changes-dialog";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { LinkButton } from "@/components/ui/link-button";
import type { Permission } from "@/openapi/types.gen";

import { credentialSchema, emptyCredential, type CredentialValues } from "./credential-values";
import { LifetimeField } from "./lifetime-field";
import { ScopesField } from "./scopes-field";

type Props = {
  label: string;
  namePlaceholder: string;
  grantable: readonly Permission[];
  /** Keys end on a day of their own; API clients all last as long. */
  hasLifetime?: boolean;
  submitLabel: string;
  isPending: boolean;
  onSubmit: (values: CredentialValues, form: UseFormReturn<CredentialValues>) => void;
};

export function CredentialForm({
  label,
  namePlaceholder,
  grantable,
  hasLifetime = false,
  submitLabel,
  isPending,
  onSubmit,
}: Props) {
  const form = useForm<CredentialValues>({
    resolver: valibotResolver(credentialSchema),
    defaultValues: emptyCredential,
  });
  const { errors, isDirty } = form.formState;

  return (
    <form
      noValidate
      aria-label={label}
      className="max-w-form space-y-8"
      onSubmit={form.handleSubmit((values) => onSubmit(values, form))}
    >
      <Field
        label="Name"
        hint="What uses it, and where: you will look for it here one day."
        error={errors.name?.message}
      >
        {(control) => (
          <Input
            maxLength={120}
            autoComplete="off"
            placeholder={namePlaceholder}
            {...control}
            {...form.register("name")}
          />
        )}
      </Field>
      <ScopesField form={form} grantable={grantable} />
      {hasLifetime ? <LifetimeField form={form} /> : null}
      <div className="space-y-4">
        <FormMessage message={errors.root?.["server"]?.message} />
        <div className="flex flex-col gap-3 sm:flex-row">
          <Button type="submit" variant="primary" isPending={isPending}>
            {submitLabel}
          </Button>
          <LinkButton href="/settings/api-keys">Cancel</LinkButton>
        </div>
      </div>
      <UnsavedChangesDialog isDirty={isDirty} />
    </form>
  );
}
