import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";

type Props = { isFiltered: boolean; clearHref: string };

export function AuditEmpty({ isFiltered, clearHref }: Props) {
  if (!isFiltered) {
    return (
      <EmptyState
        title="Nothing is written here yet"
        description="Every change is noted here by itself: who made it, when, and how it was before."
      />
    );
  }
  return (
    <EmptyState
      title="No entry matches"
      description="The search looks at names of people, at actions and at identifiers. Try a longer period or fewer filters."
      action={<LinkButton href={clearHref}>Clear the filters</LinkButton>}
    />
  );
}
