import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";

import { TableHeaderCell } from "@/components/ui/table";
import type { CustomerSort } from "@/lib/search-params/customers";

type Props = {
  label: string;
  column: "name" | "created_at";
  /** The order a first press asks for. */
  first: CustomerSort;
  sort: CustomerSort;
  hrefWith: (patch: { sort: CustomerSort }) => string;
  isFigure?: boolean;
};

export function SortHeader({ label, column, first, sort, hrefWith, isFigure = false }: Props) {
  const isCurrent = sort === column || sort === `-${column}`;
  const isDescending = sort === `-${column}`;
  const next: CustomerSort = isCurrent ? (isDescending ? column : `-${column}`) : first;
  const Arrow = isDescending ? ArrowDown : ArrowUp;
  return (
    <TableHeaderCell
      isFigure={isFigure}
      aria-sort={isCurrent ? (isDescending ? "descending" : "ascending") : undefined}
    >
      <Link
        href={hrefWith({ sort: next })}
        replace
        scroll={false}
        className="inline-flex items-center gap-1 rounded-sm hover:text-ink"
      >
        {label}
        {isCurrent ? <Arrow aria-hidden className="size-3.5" /> : null}
      </Link>
    </TableHeaderCell>
  );
}
