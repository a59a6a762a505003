import { cn } from "./cn";

/** A ring that closes with a tick: Q, and settled. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 28 28" className={cn("size-7", className)} fill="none">
      <circle cx="13" cy="13" r="9.5" className="stroke-ink" strokeWidth="3" />
      <path d="M11.5 16.5l5 6.5L26 11.5" className="stroke-paper" strokeWidth="7" strokeLinejoin="round" />
      <path
        d="M11.5 16.5l5 6.5L26 11.5"
        className="stroke-accent"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

export function Wordmark({ className }: { className?: string }) {
  return (
    <span
      className={cn("inline-flex items-center gap-2 text-lg font-bold tracking-tight text-ink", className)}
    >
      <LogoMark />
      Quittance
    </span>
  );
}
