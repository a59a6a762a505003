import type { ReactNode } from "react";

import { chartMarks } from "@/components/figures/chart-scale";
import { Section } from "@/components/ui/section";

const PLOT_HEIGHT = 120;
const TOP = 8;
const LABEL_HEIGHT = 24;
const AXIS_WIDTH = 60;

type Props = {
  title: string;
  keys: readonly { label: string; className: string }[];
  highest: number;
  markWords: (mark: number) => string;
  /** Of each column, for the axis below and for the pointer. */
  columns: readonly { at: string; title: string }[];
  timeWords: (at: string) => string;
  /** A column's shapes, around x = 0. */
  draw: (index: number, yOf: (value: number) => number) => ReactNode;
  /** The same figures as a table, for those who do not see it. */
  table: ReactNode;
};

/** A small chart over time: marks at the left, columns side by side, a few times below. */
export function Plot({ title, keys, highest, markWords, columns, timeWords, draw, table }: Props) {
  const marks = chartMarks(highest);
  const top = marks.at(-1) || 1;
  const yOf = (value: number) => TOP + PLOT_HEIGHT - (value / top) * PLOT_HEIGHT;
  const height = TOP + PLOT_HEIGHT + LABEL_HEIGHT;
  const labelled = Math.max(Math.ceil(columns.length / 4), 1);
  return (
    <Section
      title={title}
      aside={
        <div className="flex flex-wrap justify-end gap-x-4 gap-y-1 text-xs text-muted" aria-hidden>
          {keys.map(({ label, className }) => (
            <span key={label} className="inline-flex items-center gap-1.5">
              <span className={`size-2.5 ${className}`} />
              {label}
            </span>
          ))}
        </div>
      }
    >
      <div className="flex text-xs" aria-hidden>
        <svg width={AXIS_WIDTH} height={height} className="shrink-0 fill-muted figures">
          {marks.map((mark) => (
            <text key={mark} x={AXIS_WIDTH - 12} y={yOf(mark)} dy="0.32em" textAnchor="end">
              {markWords(mark)}
            </text>
          ))}
        </svg>
        <svg width="100%" height={height} className="min-w-0">
          {marks.map((mark) => (
            <line
              key={mark}
              x2="100%"
              y1={yOf(mark)}
              y2={yOf(mark)}
              className={mark === 0 ? "stroke-rule-strong" : "stroke-rule"}
            />
          ))}
          {columns.map(({ at, title: words }, index) => (
            <svg key={at} x={`${(index / columns.length) * 100}%`} width={`${100 / columns.length}%`}>
              <title>{words}</title>
              {draw(index, yOf)}
              {/* The whole column answers the pointer, not only what is drawn. */}
              <rect width="100%" height={TOP + PLOT_HEIGHT} className="fill-transparent" />
            </svg>
          ))}
          {columns.map(({ at }, index) =>
            index % labelled === 0 ? (
              <text
                key={at}
                x={`${(index / columns.length) * 100}%`}
                y={TOP + PLOT_HEIGHT + 18}
                className="fill-muted figures"
              >
                {timeWords(at)}
              </text>
            ) : null,
          )}
        </svg>
      </div>
      <div className="sr-only">{table}</div>
    </Section>
  );
}

type BarProps = { from: number; until: number; yOf: (value: number) => number; className: string };

/** A part of a column, which may stand on another. */
export function Bar({ from, until, yOf, className }: BarProps) {
  if (until <= from) return null;
  return <rect x="12%" width="76%" y={yOf(until)} height={yOf(from) - yOf(until)} className={className} />;
}
