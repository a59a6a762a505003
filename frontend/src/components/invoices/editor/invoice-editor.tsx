"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useForm } from "react-hook-form";

import { UnsavedChangesDialog } from "@/components/layout/unsaved-changes-dialog";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Section } from "@/components/ui/section";
import { Textarea } from "@/components/ui/textarea";
import { applyFieldErrors, toApiError } from "@/lib/errors";
import type { Team } from "@/openapi/types.gen";
import { useCan } from "@/queries/session";

import { IssueConsequences, MissingDetailsLink } from "../issue-words";
import { LinesEditor } from "./lines-editor";
import { TermsFields } from "./terms-fields";
import { RunningTotal, TotalsPanel } from "./totals-panel";
import { useLiveTotals } from "./use-live-totals";
import { useSaving } from "./use-saving";
import { editorSchema, gapsBeforeIssue, toDraft, type EditorValues } from "./values";

type Props = {
  /** The draft to change; null writes a new one. */
  invoiceId: string | null;
  defaultValues: EditorValues;
  customerName: string;
  team: Team;
};

/** One form for a new invoice and for a draft. Whatever goes wrong, what is written stays. */
export function InvoiceEditor({ invoiceId, defaultValues, customerName, team }: Props) {
  const router = useRouter();
  const canIssue = useCan("invoices:issue");
  const form = useForm<EditorValues>({ resolver: valibotResolver(editorSchema), defaultValues });
  const live = useLiveTotals(form.control);
  const saving = useSaving(invoiceId);
  const [isConfirming, setIsConfirming] = useState(false);
  const [isDone, setIsDone] = useState(false);
  const [refusal, setRefusal] = useState("");
  const { errors, isDirty } = form.formState;

  const leaveFor = (id: string) => {
    setIsDone(true);
    router.push(`/invoices/${id}`);
  };
  const onRefused = (error: unknown) => {
    setIsConfirming(false);
    setRefusal(toApiError(error).code);
    applyFieldErrors(form, error);
  };
  const onSave = form.handleSubmit(async (values) => {
    try {
      leaveFor((await saving.save(toDraft(values))).id);
    } catch (error) {
      onRefused(error);
    }
  });
  const onAskToIssue = form.handleSubmit((values) => {
    const gaps = gapsBeforeIssue(values);
    gaps.forEach((gap, index) =>
      form.setError(gap.path, { type: "gap", message: gap.message }, { shouldFocus: index === 0 }),
    );
    if (gaps.length === 0) setIsConfirming(true);
  });
  const onIssue = form.handleSubmit(async (values) => {
    try {
      const draft = await saving.save(toDraft(values));
      // From here on it is kept: leaving loses nothing, even if issuing is refused.
      form.reset(values);
      leaveFor((await saving.issue(draft.id)).id);
    } catch (error) {
      onRefused(error);
    }
  });
  const isBusy = saving.isPending || isDone;

  return (
    <form
      noValidate
      onSubmit={onSave}
      aria-label="Invoice"
      className="space-y-10 **:scroll-mt-20 **:scroll-mb-32"
    >
      <TermsFields form={form} team={team} customerName={customerName} />
      <Section title="Lines">
        <LinesEditor form={form} live={live} />
      </Section>
      <div className="grid grid-cols-1 gap-10 lg:grid-cols-2">
        <Field
          label="Note"
          isOptional
          hint="Printed under the lines: thanks, a delivery date, how to pay."
          error={errors.note?.message}
        >
          {(control) => <Textarea rows={3} {...control} {...form.register("note")} />}
        </Field>
        <TotalsPanel live={live} />
      </div>
      <FormMessage message={errors.root?.["server"]?.message} />
      <MissingDetailsLink code={refusal} customerId={form.getValues("customer_id")} />
      <div className="sticky bottom-0 z-20 -mx-4 flex flex-col gap-3 border-t border-rule bg-paper px-4 py-3 md:mx-0 md:flex-row md:items-center md:justify-between md:px-0">
        <RunningTotal live={live} />
        <div className="flex gap-3 *:flex-1 md:ml-auto md:*:flex-none">
          <Button
            type="submit"
            variant={canIssue ? "secondary" : "primary"}
            isPending={isBusy && !isConfirming}
          >
            Save draft
          </Button>
          {canIssue ? (
            <Button variant="primary" isPending={isBusy} onClick={onAskToIssue}>
              Save and issue
            </Button>
          ) : null}
        </div>
      </div>
      <ConfirmDialog
        isOpen={isConfirming}
        onClose={() => setIsConfirming(false)}
        onConfirm={() => void onIssue()}
        title="Issue this invoice?"
        description={<IssueConsequences />}
        confirmLabel="Issue invoice"
        cancelLabel="Keep editing"
        isPending={isBusy}
      />
      <UnsavedChangesDialog isDirty={isDirty && !isDone} />
    </form>
  );
}
