import Link from "next/link";

import { cn } from "./cn";

type Props = {
  label: string;
  options: readonly { label: string; href: string; isCurrent: boolean }[];
};

/** The states of a list as a row of links: each is an address of its own. */
export function FilterLinks({ label, options }: Props) {
  return (
    <nav aria-label={label} className="-mx-1 flex gap-1 overflow-x-auto p-1">
      {options.map((option) => (
        <Link
          key={option.label}
          href={option.href}
          aria-current={option.isCurrent ? "true" : undefined}
          className={cn(
            "flex h-8 items-center rounded-sm px-3 text-sm font-medium whitespace-nowrap text-muted hover:bg-sunken hover:text-ink",
            option.isCurrent && "bg-ink text-paper hover:bg-ink hover:text-paper",
          )}
        >
          {option.label}
        </Link>
      ))}
    </nav>
  );
}
