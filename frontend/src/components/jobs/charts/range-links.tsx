"use client";

import { FilterLinks } from "@/components/ui/filter-links";
import { statisticsRanges, statisticsSearchParser, type StatisticsRange } from "@/lib/search-params/jobs";
import { useSearchState } from "@/lib/search-params/use-search-state";

const rangeWords: Record<StatisticsRange, string> = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
};

export function RangeLinks() {
  const { state, hrefWith } = useSearchState(statisticsSearchParser);
  return (
    <div className="mb-6">
      <FilterLinks
        label="Time"
        options={statisticsRanges.map((range) => ({
          label: rangeWords[range],
          href: hrefWith({ range }),
          isCurrent: range === state.range,
        }))}
      />
    </div>
  );
}

export function useRange(): StatisticsRange {
  return useSearchState(statisticsSearchParser).state.range;
}
