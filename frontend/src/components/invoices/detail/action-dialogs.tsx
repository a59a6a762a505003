"use client";

import { useRouter } from "next/navigation";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";
import { errorMessage, toApiError } from "@/lib/errors";
import type { Invoice } from "@/openapi/types.gen";
import { useDeleteInvoiceDraft, useIssueInvoice, useVoidInvoice } from "@/queries/invoices";

import { IssueConsequences, MissingDetailsLink } from "../issue-words";
import { ReasonDialog } from "./reason-dialog";

type Props = { invoice: Invoice; onClose: () => void };

export function IssueDialog({ invoice, onClose }: Props) {
  const issue = useIssueInvoice();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={() => issue.mutate({ path: { invoice_id: invoice.id }, body: {} }, { onSuccess: onClose })}
      title="Issue this invoice?"
      description={<IssueConsequences />}
      confirmLabel="Issue invoice"
      isPending={issue.isPending}
      error={errorMessage(issue.error)}
    >
      {issue.error ? (
        <div className="mb-3">
          <MissingDetailsLink code={toApiError(issue.error).code} customerId={invoice.customer_id} />
        </div>
      ) : null}
    </ConfirmDialog>
  );
}

export function DeleteDraftDialog({ invoice, onClose }: Props) {
  const router = useRouter();
  const remove = useDeleteInvoiceDraft();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(
          { path: { invoice_id: invoice.id } },
          {
            onSuccess: () => {
              toast.success("Draft deleted.");
              router.replace("/invoices");
            },
          },
        )
      }
      title="Delete this draft?"
      description={`The draft for ${invoice.buyer.name} is gone then. It has no number, so your series keeps no gap.`}
      confirmLabel="Delete draft"
      isDangerous
      isPending={remove.isPending || remove.isSuccess}
      error={errorMessage(remove.error)}
    />
  );
}

export function VoidDialog({ invoice, onClose }: Props) {
  const voiding = useVoidInvoice();
  return (
    <ReasonDialog
      isOpen
      onClose={onClose}
      onConfirm={(reason) =>
        voiding.mutate({ path: { invoice_id: invoice.id }, body: { reason } }, { onSuccess: onClose })
      }
      title={`Void invoice ${invoice.number ?? ""}?`}
      description="It asks for nothing any more. It keeps its number and stays in your books, struck through. This can’t be undone, and the customer is not told: write to them yourself."
      reasonLabel="Why is it void?"
      confirmLabel="Void invoice"
      isPending={voiding.isPending}
      error={voiding.error}
    />
  );
}
