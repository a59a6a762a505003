"use client";

import { useSuspenseQueries } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { applyFieldErrors } from "@/lib/errors";
import { usePathId } from "@/lib/use-path-id";
import { customerOptions, useUpdateCustomer } from "@/queries/customers";
import { useCan } from "@/queries/session";
import { teamOptions } from "@/queries/team";

import { CustomerForm } from "./customer-form";
import { toCustomerBody, valuesOf } from "./customer-values";

export function EditCustomer() {
  const router = useRouter();
  const id = usePathId("customers");
  const canWrite = useCan("customers:write");
  const [{ data: customer }, { data: team }] = useSuspenseQueries({
    queries: [customerOptions(id), teamOptions()],
  });
  const update = useUpdateCustomer();
  const customerHref = `/customers/${id}`;

  return (
    <>
      <PageHeader title="Edit customer" back={{ href: customerHref, label: customer.name }} />
      {canWrite ? (
        <CustomerForm
          defaultValues={valuesOf(customer)}
          teamPaymentTermsDays={team.payment_terms_days}
          submitLabel="Save changes"
          cancelHref={customerHref}
          isPending={update.isPending}
          isSaved={update.isSuccess}
          onSubmit={(values, form) =>
            update.mutate(
              { path: { customer_id: id }, body: toCustomerBody(values) },
              {
                onSuccess: () => router.replace(customerHref),
                onError: (error) => applyFieldErrors(form, error),
              },
            )
          }
        />
      ) : (
        <ErrorState
          title="Your role can't change customers"
          description="Ask an owner or admin of the team to change them."
        />
      )}
    </>
  );
}
