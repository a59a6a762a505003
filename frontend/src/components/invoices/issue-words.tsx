import { LinkButton } from "@/components/ui/link-button";

/** What issuing makes final, said before it happens. */
export function IssueConsequences() {
  return (
    <>
      It gets its number and is mailed to the customer as a PDF. Lines, amounts and dates can’t be changed
      afterwards; a mistake is put right by voiding it and writing a new one.
    </>
  );
}

type Props = { code: string; customerId: string };

/** Where to complete what issuing was refused for. */
export function MissingDetailsLink({ code, customerId }: Props) {
  if (code === "seller-incomplete") {
    return (
      <LinkButton href="/settings/team" size="sm">
        Complete your team’s details
      </LinkButton>
    );
  }
  if (code === "buyer-incomplete") {
    return (
      <LinkButton href={`/customers/${customerId}/edit`} size="sm">
        Complete the customer
      </LinkButton>
    );
  }
  return null;
}
