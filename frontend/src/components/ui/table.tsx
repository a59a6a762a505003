import Link from "next/link";
import type { ComponentProps } from "react";

import { cn } from "./cn";

/** A ledger page: hairlines between rows, generous rows. On a phone, pair it with <RowList>. */
export function Table({ className, ...props }: ComponentProps<"table">) {
  return <table className={cn("w-full border-collapse text-sm", className)} {...props} />;
}

export function TableHead({ className, ...props }: ComponentProps<"thead">) {
  return <thead className={cn("border-b border-rule-strong text-muted", className)} {...props} />;
}

export function TableBody({ className, ...props }: ComponentProps<"tbody">) {
  return <tbody className={cn("divide-y divide-rule", className)} {...props} />;
}

/** The row is the positioning parent of its <RowLink>, which makes all of it one link. */
export function TableRow({ className, ...props }: ComponentProps<"tr">) {
  return (
    <tr
      className={cn(
        "group relative transition-colors duration-100 has-[a.row-link]:hover:bg-sunken has-[a.row-link:focus-visible]:bg-sunken",
        className,
      )}
      {...props}
    />
  );
}

type CellProps = { isFigure?: boolean };

export function TableHeaderCell({ className, isFigure = false, ...props }: ComponentProps<"th"> & CellProps) {
  return (
    <th
      scope="col"
      className={cn(
        "h-10 px-3 text-left align-middle font-medium first:pl-0 last:pr-0",
        isFigure && "text-right",
        className,
      )}
      {...props}
    />
  );
}

export function TableCell({ className, isFigure = false, ...props }: ComponentProps<"td"> & CellProps) {
  return (
    <td
      className={cn(
        "h-13 px-3 align-middle first:pl-0 last:pr-0",
        isFigure && "text-right whitespace-nowrap figures",
        className,
      )}
      {...props}
    />
  );
}

/** Put it in the row's first cell: its hit area covers the whole row. */
export function RowLink({ className, ...props }: ComponentProps<typeof Link>) {
  return (
    <Link
      className={cn(
        "row-link font-semibold after:absolute after:inset-0 hover:underline focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent",
        className,
      )}
      {...props}
    />
  );
}

/** Row actions lie above the row's link, and show on hover and on keyboard focus. */
export function RowActions({ className, ...props }: ComponentProps<"div">) {
  return (
    <div
      className={cn(
        "relative z-10 flex justify-end gap-1 opacity-0 transition-opacity duration-100 group-focus-within:opacity-100 group-hover:opacity-100 has-aria-expanded:opacity-100 pointer-coarse:opacity-100",
        className,
      )}
      {...props}
    />
  );
}

/** The phone's form of a table: a list of two-line rows. */
export function RowList({ className, ...props }: ComponentProps<"ul">) {
  return <ul className={cn("divide-y divide-rule border-y border-rule", className)} {...props} />;
}

export function RowListItem({ className, ...props }: ComponentProps<"li">) {
  return (
    <li
      className={cn(
        "group relative grid grid-cols-[1fr_auto] gap-x-4 gap-y-0.5 py-3 text-sm active:bg-sunken",
        className,
      )}
      {...props}
    />
  );
}
