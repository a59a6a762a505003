import { cn } from "./cn";

type Props = { message: string | undefined; className?: string };

/** What went wrong with the whole form, next to its button; announced when it appears. */
export function FormMessage({ message, className }: Props) {
  return (
    <div
      role="alert"
      className={cn(
        message ? "border-l-2 border-overdue bg-overdue-soft px-3 py-2 text-sm text-ink" : "sr-only",
        className,
      )}
    >
      {message}
    </div>
  );
}
