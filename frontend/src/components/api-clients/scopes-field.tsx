"use client";

import { useId } from "react";
import { useWatch, type FieldError, type FieldErrors, type UseFormReturn } from "react-hook-form";

import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import type { Permission } from "@/openapi/types.gen";

import type { CredentialValues } from "./credential-values";
import { areasOf, readOnlyOf, scopeLabel } from "./scopes";

type Props = { form: UseFormReturn<CredentialValues>; grantable: readonly Permission[] };

export function ScopesField({ form, grantable }: Props) {
  const id = useId();
  const chosen = useWatch({ control: form.control, name: "scopes" });
  const error = messageOf(form.formState.errors.scopes);
  const choose = (scopes: Permission[]) =>
    form.setValue("scopes", scopes, { shouldDirty: true, shouldValidate: form.formState.isSubmitted });

  return (
    <div
      role="group"
      aria-labelledby={`${id}-label`}
      aria-describedby={error ? `${id}-hint ${id}-error` : `${id}-hint`}
      className="space-y-5"
    >
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-64 text-sm">
          <p id={`${id}-label`} className="font-semibold">
            What it may do
          </p>
          <p id={`${id}-hint`} className="text-muted">
            Give no more than it needs. You can only give what your own role may do.
          </p>
        </div>
        <div className="flex gap-2">
          <Button size="sm" onClick={() => choose(readOnlyOf(grantable))}>
            Choose read-only
          </Button>
          <Button size="sm" variant="ghost" disabled={chosen.length === 0} onClick={() => choose([])}>
            Clear
          </Button>
        </div>
      </div>
      <div className="grid gap-x-8 gap-y-6 sm:grid-cols-2">
        {areasOf(grantable).map((area) => (
          <fieldset key={area.label} className="min-w-0">
            <legend className="mb-2 text-sm text-muted">{area.label}</legend>
            <div className="space-y-2.5">
              {area.scopes.map((scope) => (
                <Checkbox key={scope} label={scopeLabel(scope)} value={scope} {...form.register("scopes")} />
              ))}
            </div>
          </fieldset>
        ))}
      </div>
      {error ? (
        <p id={`${id}-error`} className="text-sm font-medium text-overdue">
          {error}
        </p>
      ) : null}
    </div>
  );
}

/** A fault of the whole choice, or the first of one scope: the API names it by its place. */
function messageOf(errors: FieldErrors<CredentialValues>["scopes"]): string | undefined {
  if (!Array.isArray(errors)) return errors?.message;
  return (errors as readonly (FieldError | undefined)[]).find((error) => error !== undefined)?.message;
}
