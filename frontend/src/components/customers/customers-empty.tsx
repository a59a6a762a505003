import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import type { CustomerFilters } from "@/queries/customers";

type Props = { filters: CustomerFilters; canWrite: boolean };

export function CustomersEmpty({ filters, canWrite }: Props) {
  if (filters.search) {
    return (
      <EmptyState
        title={`No customer matches “${filters.search}”`}
        description="The search looks at names, contacts and e-mail addresses. Try fewer letters."
        action={
          <LinkButton href={filters.state === "archived" ? "/customers?state=archived" : "/customers"}>
            Clear the search
          </LinkButton>
        }
      />
    );
  }
  if (filters.state === "archived") {
    return (
      <EmptyState
        title="No archived customers"
        description="A customer you no longer work with can be archived on its page. What was invoiced stays."
      />
    );
  }
  return (
    <EmptyState
      title="No customers yet"
      description={
        canWrite
          ? "A customer is who an invoice goes to: a name, an e-mail address, where they are."
          : "Your role can read customers. Ask an owner or admin of the team to add the first one."
      }
      action={
        canWrite ? (
          <LinkButton href="/customers/new" variant="primary">
            Add your first customer
          </LinkButton>
        ) : undefined
      }
    />
  );
}
