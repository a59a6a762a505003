import { cn } from "@/components/ui/cn";
import { moneyParts } from "@/lib/format";

type Props = {
  /** A decimal string, as the API gives it. */
  amount: string;
  currency: string;
  /** "hero" is the number a page is about, "headline" one of several; "total" carries the double rule. */
  size?: "text" | "total" | "headline" | "hero";
  className?: string;
};

/** An amount: figures in equal widths, the currency quiet beside them. */
export function Money({ amount, currency, size = "text", className }: Props) {
  const { figure } = moneyParts(amount, currency);
  return (
    <span
      className={cn(
        "whitespace-nowrap figures",
        size === "total" && "pb-0.5 font-semibold double-rule-b",
        size === "headline" && "text-xl font-semibold tracking-tight",
        size === "hero" && "text-2xl font-semibold tracking-tight",
        className,
      )}
    >
      {figure}
      <span className="ml-1 text-xs font-normal tracking-normal text-muted">{currency}</span>
    </span>
  );
}
