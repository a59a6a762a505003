import type { StatisticsRange } from "@/lib/search-params/jobs";
import type { JobStatistics } from "@/openapi/types.gen";

import { formatSeconds } from "../durations";
import { columnsOf, type Column } from "./buckets";
import { FiguresTable } from "./figures-table";
import { Bar, Plot } from "./plot";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric" });
const dayAndClock = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const countFormat = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });
const shareFormat = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });

type Props = { statistics: JobStatistics; range: StatisticsRange };

/** What ended when, what share of it failed, and how long it waited and took. */
export function Charts({ statistics, range }: Props) {
  const columns = columnsOf(statistics.buckets);
  const timeWords = (at: string) => (range === "7d" ? day : clock).format(new Date(at));
  const exactWords = (at: string) => (range === "7d" ? dayAndClock : clock).format(new Date(at));
  const shared = { timeWords };
  const titled = (words: (column: Column) => string) =>
    columns.map((column) => ({ at: column.at, title: `${exactWords(column.at)}: ${words(column)}` }));
  const tableOf = (
    caption: string,
    heads: readonly string[],
    cells: (column: Column) => readonly string[],
  ) => (
    <FiguresTable caption={caption} heads={heads} columns={columns} timeWords={exactWords} cells={cells} />
  );
  const times = [
    { title: "Waiting for a worker", mean: (c: Column) => c.waitMean, max: (c: Column) => c.waitMax },
    { title: "Running", mean: (c: Column) => c.runMean, max: (c: Column) => c.runMax },
  ];

  return (
    <div className="grid gap-x-10 gap-y-10 lg:grid-cols-2">
      <Plot
        {...shared}
        title="Attempts that ended"
        keys={[
          { label: "Done", className: "bg-paid" },
          { label: "Tried again", className: "bg-draft" },
          { label: "Failed", className: "bg-overdue" },
        ]}
        highest={Math.max(...columns.map((c) => c.succeeded + c.failed + c.dead), 0)}
        markWords={(mark) => countFormat.format(mark)}
        columns={titled((c) => `${c.succeeded} done, ${c.failed} tried again, ${c.dead} failed`)}
        draw={(index, yOf) => {
          const { succeeded = 0, failed = 0, dead = 0 } = columns[index] ?? {};
          return (
            <>
              <Bar from={0} until={succeeded} yOf={yOf} className="fill-paid" />
              <Bar from={succeeded} until={succeeded + failed} yOf={yOf} className="fill-draft" />
              <Bar
                from={succeeded + failed}
                until={succeeded + failed + dead}
                yOf={yOf}
                className="fill-overdue"
              />
            </>
          );
        }}
        table={tableOf("Attempts that ended", ["Done", "Tried again", "Failed"], (c) => [
          String(c.succeeded),
          String(c.failed),
          String(c.dead),
        ])}
      />
      <Plot
        {...shared}
        title="Share of attempts that failed"
        keys={[]}
        highest={Math.max(...columns.map((c) => c.failureShare ?? 0), 0)}
        markWords={(mark) => shareFormat.format(mark)}
        columns={titled((c) =>
          c.failureShare === null ? "nothing ended" : shareFormat.format(c.failureShare),
        )}
        draw={(index, yOf) => (
          <Bar from={0} until={columns[index]?.failureShare ?? 0} yOf={yOf} className="fill-overdue" />
        )}
        table={tableOf("Share of attempts that failed", ["Share"], (c) => [
          c.failureShare === null ? "nothing ended" : shareFormat.format(c.failureShare),
        ])}
      />
      {times.map(({ title, mean, max }) => (
        <Plot
          key={title}
          {...shared}
          title={title}
          keys={[
            { label: "Mean", className: "bg-open" },
            { label: "Longest", className: "border border-open bg-open-soft" },
          ]}
          highest={Math.max(...columns.map((c) => max(c) ?? 0), 0)}
          markWords={formatSeconds}
          columns={titled((c) => `${secondsWords(mean(c))} on average, ${secondsWords(max(c))} at most`)}
          draw={(index, yOf) => {
            const column = columns[index];
            if (!column) return null;
            return (
              <>
                <Bar from={0} until={max(column) ?? 0} yOf={yOf} className="fill-open-soft stroke-open" />
                <Bar from={0} until={mean(column) ?? 0} yOf={yOf} className="fill-open" />
              </>
            );
          }}
          table={tableOf(title, ["Mean", "Longest"], (c) => [secondsWords(mean(c)), secondsWords(max(c))])}
        />
      ))}
    </div>
  );
}

function secondsWords(seconds: number | null): string {
  return seconds === null ? "nothing ended" : formatSeconds(seconds);
}
