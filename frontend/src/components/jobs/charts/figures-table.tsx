import type { Column } from "./buckets";

type Props = {
  caption: string;
  heads: readonly string[];
  columns: readonly Column[];
  timeWords: (at: string) => string;
  cells: (column: Column) => readonly string[];
};

/** A chart's figures to be read out; stretches in which nothing ended are left out. */
export function FiguresTable({ caption, heads, columns, timeWords, cells }: Props) {
  const busy = columns.filter((column) => column.succeeded + column.failed + column.dead > 0);
  if (busy.length === 0) return <p>{caption}: nothing ended in this time.</p>;
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {busy.map((column) => (
          <tr key={column.at}>
            <th scope="row">{timeWords(column.at)}</th>
            {cells(column).map((cell, index) => (
              <td key={heads[index]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
