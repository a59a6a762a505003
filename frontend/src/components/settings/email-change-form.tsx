"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useForm } from "react-hook-form";
import * as v from "valibot";

import { UnsavedChangesDialog } from "@/components/layout/unsaved-changes-dialog";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { applyFieldErrors } from "@/lib/errors";
import { useStartEmailChange } from "@/queries/account";

const schema = v.object({
  new_email: v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty("Enter the new e-mail address."),
    v.email("Enter an e-mail address like name@company.example."),
  ),
});
type Values = v.InferOutput<typeof schema>;

export function EmailChangeForm() {
  const start = useStartEmailChange();
  const form = useForm<Values>({ resolver: valibotResolver(schema), defaultValues: { new_email: "" } });
  const { errors, isDirty } = form.formState;

  const onSubmit = form.handleSubmit((values) => {
    start.mutate({ body: values }, { onError: (error) => applyFieldErrors(form, error) });
  });

  return (
    <form noValidate aria-label="Change e-mail address" onSubmit={onSubmit} className="space-y-5">
      <Field
        label="New e-mail address"
        hint="Both addresses are mailed, and it changes when both have agreed."
        error={errors.new_email?.message}
      >
        {(control) => (
          <Input
            type="email"
            autoComplete="off"
            maxLength={254}
            {...control}
            {...form.register("new_email")}
          />
        )}
      </Field>
      <FormMessage message={errors.root?.["server"]?.message} />
      <Button type="submit" isPending={start.isPending}>
        Change e-mail address
      </Button>
      <UnsavedChangesDialog isDirty={isDirty && !start.isSuccess} />
    </form>
  );
}
