"use client";

import { usePrefetchQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { Button } from "@/components/ui/button";
import { LinkButton } from "@/components/ui/link-button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { usePathId } from "@/lib/use-path-id";
import { invoiceEventsOptions, invoiceOptions } from "@/queries/invoices";
import { invoicePaymentsOptions } from "@/queries/payments";
import { useMe } from "@/queries/session";

import { DeleteDraftDialog, IssueDialog, VoidDialog } from "./action-dialogs";
import { Balance } from "./balance";
import { DeliveryProgress } from "./delivery-progress";
import { InvoiceDocument, OpenPdfLink } from "./document";
import { Facts } from "./facts";
import { PaymentsSection } from "./payments-section";
import { permittedActions } from "./permitted-actions";
import { RecordPaymentDialog } from "./record-payment-dialog";
import { Timeline } from "./timeline";

type OpenDialog = "issue" | "delete" | "void" | "pay" | null;

/** The document as it prints, and its story beside it. */
export function InvoiceDetail() {
  const id = usePathId("invoices");
  usePrefetchQuery(invoiceEventsOptions(id));
  usePrefetchQuery(invoicePaymentsOptions(id));
  const { data: invoice } = useSuspenseQuery(invoiceOptions(id));
  const actions = permittedActions(invoice, useMe().permissions);
  const [openDialog, setOpenDialog] = useState<OpenDialog>(null);
  const close = () => setOpenDialog(null);
  const isDraft = invoice.status === "draft";

  return (
    <>
      <PageHeader
        title={invoice.number ? <span className="figures">{invoice.number}</span> : "Draft"}
        description={invoice.buyer.name}
        back={{ href: "/invoices", label: "Invoices" }}
        secondary={
          <>
            {actions.has("delete") || actions.has("void") ? (
              <Menu trigger={<Button variant="ghost">More</Button>}>
                {actions.has("delete") ? (
                  <MenuItem isDangerous onSelect={() => setOpenDialog("delete")}>
                    Delete draft
                  </MenuItem>
                ) : null}
                {actions.has("void") ? (
                  <MenuItem isDangerous onSelect={() => setOpenDialog("void")}>
                    Void invoice
                  </MenuItem>
                ) : null}
              </Menu>
            ) : null}
            <OpenPdfLink invoiceId={id} className="hidden xl:inline-flex" />
            {actions.has("edit") ? <LinkButton href={`/invoices/${id}/edit`}>Edit</LinkButton> : null}
          </>
        }
        action={
          actions.has("issue") ? (
            <Button variant="primary" onClick={() => setOpenDialog("issue")}>
              Issue invoice
            </Button>
          ) : actions.has("pay") ? (
            <Button variant="primary" onClick={() => setOpenDialog("pay")}>
              Record payment
            </Button>
          ) : null
        }
      />
      <div className="flex flex-col-reverse gap-10 lg:flex-row">
        <div className="min-w-0 lg:flex-1">
          <InvoiceDocument invoice={invoice} />
        </div>
        <div className="space-y-8 lg:w-80 lg:shrink-0">
          <Balance invoice={invoice} />
          <DeliveryProgress invoice={invoice} canSend={actions.has("send")} />
          {isDraft ? null : (
            <Section title="Payments">
              <QueryBoundary
                skeleton={<Skeleton className="h-6 w-full" />}
                errorTitle="The payments could not be loaded"
              >
                <PaymentsSection invoiceId={id} />
              </QueryBoundary>
            </Section>
          )}
          <Section title="Details">
            <Facts invoice={invoice} />
          </Section>
          <Section title="Timeline">
            <QueryBoundary
              skeleton={<Skeleton className="h-16 w-full" />}
              errorTitle="The timeline could not be loaded"
            >
              <Timeline invoiceId={id} />
            </QueryBoundary>
          </Section>
        </div>
      </div>
      {openDialog === "issue" ? <IssueDialog invoice={invoice} onClose={close} /> : null}
      {openDialog === "delete" ? <DeleteDraftDialog invoice={invoice} onClose={close} /> : null}
      {openDialog === "void" ? <VoidDialog invoice={invoice} onClose={close} /> : null}
      <RecordPaymentDialog invoice={invoice} isOpen={openDialog === "pay"} onClose={close} />
    </>
  );
}
