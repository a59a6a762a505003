"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useForm } from "react-hook-form";
import * as v from "valibot";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { applyFieldErrors, toApiError } from "@/lib/errors";
import type { InvitationPreview } from "@/openapi/types.gen";
import { useJoinByInvitation } from "@/queries/invitation-link";

import { guestRefusal } from "./refusal";

const PASSWORD_MIN_LENGTH = 12;

const schema = v.object({
  name: v.pipe(v.string(), v.trim(), v.nonEmpty("Enter your name.")),
  password: v.pipe(
    v.string(),
    v.minLength(PASSWORD_MIN_LENGTH, `Use at least ${PASSWORD_MIN_LENGTH} characters.`),
  ),
});
type Values = v.InferOutput<typeof schema>;

type Props = {
  token: string;
  preview: InvitationPreview;
  onAccepted: () => void;
  /** Somebody made an account for this address meanwhile. */
  onAccountFound: () => void;
};

export function JoinForm({ token, preview, onAccepted, onAccountFound }: Props) {
  const join = useJoinByInvitation();
  const form = useForm<Values>({
    resolver: valibotResolver(schema),
    defaultValues: { name: "", password: "" },
  });
  const { errors } = form.formState;

  const onSubmit = form.handleSubmit((values) => {
    join.mutate(
      { body: { token, ...values } },
      {
        onSuccess: onAccepted,
        onError: (error) => {
          const { code } = toApiError(error);
          if (code === "account-exists") onAccountFound();
          else if (code === "team-full")
            form.setError("root.server", { message: guestRefusal(error, preview.inviter_name) ?? "" });
          else applyFieldErrors(form, error);
        },
      },
    );
  });

  return (
    <form noValidate aria-label="Join" onSubmit={onSubmit} className="space-y-5">
      <Field label="Your name" error={errors.name?.message}>
        {(control) => <Input maxLength={120} autoComplete="name" {...control} {...form.register("name")} />}
      </Field>
      <Field
        label="Password"
        hint={`At least ${PASSWORD_MIN_LENGTH} characters. A short sentence is good.`}
        error={errors.password?.message}
      >
        {(control) => (
          <Input
            type="password"
            autoComplete="new-password"
            maxLength={128}
            {...control}
            {...form.register("password")}
          />
        )}
      </Field>
      <FormMessage message={errors.root?.["server"]?.message} />
      <Button type="submit" variant="primary" className="w-full" isPending={join.isPending || join.isSuccess}>
        Create account and join
      </Button>
    </form>
  );
}
