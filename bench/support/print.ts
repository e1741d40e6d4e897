import type { Chart, Measured, Result, Table } from './suite.js';

/** The figures as Markdown, for the terminal and for bench/README.md alike. */
export function markdownOf({ tables, expectations, notes }: Measured): string {
  const expected: Table = {
    title: 'Expected',
    columns: ['what', 'expected', 'measured', ''],
    rows: expectations.map(({ what, expected: limit, measured, met }) => [
      what,
      limit,
      measured,
      met ? 'met' : '**missed**',
    ]),
  };
  const all = expectations.length === 0 ? tables : [...tables, expected];
  return [...all.map(tableOf), ...notes.map((note) => `- ${note}`)].join('\n');
}

/** The file of a chart, below bench/results/. */
export const chartFile = (suite: string, { name }: Chart): string => `${suite}-${name}.svg`;

/** A suite's part of bench/README.md: its figures, then its charts. */
export function pageOf(result: Result): string {
  const charts = (result.charts ?? []).map(
    (chart) => `![${chart.title}](results/${chartFile(result.suite, chart)})`,
  );
  return [`${headOf(result)}\n${markdownOf(result)}`, ...charts].join('\n\n');
}

/** The head of a suite's part of bench/README.md. */
export const headOf = ({ suite, about, at, machine }: Result): string =>
  `## ${suite}\n\n${about}\n\nMeasured on ${at.slice(0, 10)}: ${machine.cpu}, ${machine.cores} cores, ${machine.memory}, Node ${machine.node}.\n`;

function tableOf({ title, columns, rows }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map((cell) => String(cell).replaceAll('|', '\\|')));
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0), 3));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return `${title}:\n\n${[line(head), rule, ...body.map(line)].join('\n')}\n`;
}
