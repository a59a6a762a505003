"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useForm } from "react-hook-form";

import { UnsavedChangesDialog } from "@/components/layout/unsaved-changes-dialog";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { Section } from "@/components/ui/section";
import { toast } from "@/components/ui/toast";
import { applyFieldErrors } from "@/lib/errors";
import type { Team } from "@/openapi/types.gen";
import { useUpdateTeam } from "@/queries/team";

import { DefaultsFields } from "./defaults-fields";
import { SellerBankFields, SellerFields } from "./seller-fields";
import { teamSchema, teamValuesOf, toTeamBody, type TeamValues } from "./team-values";

export function TeamForm({ team }: { team: Team }) {
  const update = useUpdateTeam();
  const form = useForm<TeamValues>({
    resolver: valibotResolver(teamSchema),
    defaultValues: teamValuesOf(team),
  });
  const { errors, isDirty } = form.formState;

  const onSubmit = form.handleSubmit((values) => {
    update.mutate(
      { body: toTeamBody(values) },
      {
        onSuccess: (saved) => {
          form.reset(teamValuesOf(saved));
          toast.success("Team saved.");
        },
        onError: (error) => applyFieldErrors(form, error),
      },
    );
  });

  return (
    <form noValidate aria-label="Team" onSubmit={onSubmit} className="max-w-form space-y-12">
      <Section title="Team">
        <Field label="Team name" hint="What you call yourselves in here." error={errors.name?.message}>
          {(control) => <Input maxLength={120} autoComplete="off" {...control} {...form.register("name")} />}
        </Field>
      </Section>
      <Section
        title="Seller"
        description="As it stands on your invoices. Name, address, city and country are needed before you can issue one; issued invoices keep what they were issued with."
      >
        <SellerFields form={form} />
      </Section>
      <Section title="Bank account" description="Where your customers pay to; printed on every invoice.">
        <SellerBankFields form={form} />
      </Section>
      <Section title="New invoices" description="What a new invoice starts with.">
        <DefaultsFields form={form} />
      </Section>
      <div className="space-y-4">
        <FormMessage message={errors.root?.["server"]?.message} />
        <Button type="submit" variant="primary" isPending={update.isPending}>
          Save team
        </Button>
      </div>
      <UnsavedChangesDialog isDirty={isDirty} />
    </form>
  );
}
