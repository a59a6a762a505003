import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import type { JobListState } from "@/lib/search-params/jobs";

type Props = { filters: JobListState; isFiltered: boolean; clearHref: string };

export function JobsEmpty({ filters, isFiltered, clearHref }: Props) {
  if (!isFiltered) {
    return (
      <EmptyState
        title="Nothing has run yet"
        description="What Quittance does in the background shows up here: issue an invoice, and its mailing is the first."
      />
    );
  }
  const isOnlyFailed =
    filters.state === "dead" && !filters.search && !filters.task && !filters.from && !filters.until;
  return isOnlyFailed ? (
    <EmptyState
      title="Nothing has failed"
      description="A job that gave up after its last attempt would wait here, to be read and replayed."
      action={<LinkButton href={clearHref}>Show all jobs</LinkButton>}
    />
  ) : (
    <EmptyState
      title="No job matches"
      description="The search looks at ids, arguments and errors. Try a longer period or fewer filters."
      action={<LinkButton href={clearHref}>Clear the filters</LinkButton>}
    />
  );
}
