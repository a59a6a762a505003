"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import type { Customer } from "@/openapi/types.gen";
import { useArchiveCustomer, useRestoreCustomer } from "@/queries/customers";

export function ArchiveCustomer({ customer }: { customer: Customer }) {
  const [isAsking, setIsAsking] = useState(false);
  const archive = useArchiveCustomer();
  const restore = useRestoreCustomer();
  const path = { customer_id: customer.id };

  if (customer.archived_at) {
    return (
      <Button
        isPending={restore.isPending}
        onClick={() =>
          restore.mutate({ path }, { onError: (error) => toast.error(errorMessage(error) ?? "") })
        }
      >
        Restore
      </Button>
    );
  }
  return (
    <>
      <Button onClick={() => setIsAsking(true)}>Archive</Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        onConfirm={() => archive.mutate({ path }, { onSuccess: () => setIsAsking(false) })}
        title={`Archive ${customer.name}?`}
        description="It leaves the list and can't be invoiced. Its invoices and payments stay, and you can restore it any time."
        confirmLabel="Archive customer"
        isPending={archive.isPending}
        error={errorMessage(archive.error)}
      />
    </>
  );
}
