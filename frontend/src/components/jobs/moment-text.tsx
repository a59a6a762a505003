import { formatExactDateTime } from "@/lib/format";

const momentFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** A moment to the second: jobs come and go faster than minutes tell. */
export function MomentText({ value }: { value: string }) {
  return (
    <time dateTime={value} title={formatExactDateTime(value)} className="whitespace-nowrap figures">
      {momentFormat.format(new Date(value))}
    </time>
  );
}
