"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { ErrorState } from "@/components/ui/error-state";
import { applyFieldErrors } from "@/lib/errors";
import { useCreateCustomer } from "@/queries/customers";
import { useCan } from "@/queries/session";
import { teamOptions } from "@/queries/team";

import { CustomerForm } from "./customer-form";
import { emptyCustomer, toCustomerBody } from "./customer-values";

export function NewCustomer() {
  const router = useRouter();
  const canWrite = useCan("customers:write");
  const { data: team } = useSuspenseQuery(teamOptions());
  const create = useCreateCustomer();

  if (!canWrite) {
    return (
      <ErrorState
        title="Your role can't add customers"
        description="Ask an owner or admin of the team to add them."
      />
    );
  }
  return (
    <CustomerForm
      defaultValues={emptyCustomer(team.seller.country_code, team.currency)}
      teamPaymentTermsDays={team.payment_terms_days}
      submitLabel="Add customer"
      cancelHref="/customers"
      isPending={create.isPending}
      isSaved={create.isSuccess}
      onSubmit={(values, form) =>
        create.mutate(
          { body: toCustomerBody(values) },
          {
            onSuccess: (customer) => router.replace(`/customers/${customer.id}`),
            onError: (error) => applyFieldErrors(form, error),
          },
        )
      }
    />
  );
}
