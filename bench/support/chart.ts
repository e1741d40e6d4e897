import type { Chart } from './suite.js';

const WIDTH = 860;
const LABELS = 330;
const VALUES = 100;
const BAR = 18;
const GAP = 6;
const FONT = 'font-family="system-ui, sans-serif"';

/** A chart as SVG, by itself: no script, no font, nothing to fetch. Readable on light and on dark ground. */
export function svgOf({ title, unit, groups }: Chart): string {
  const largest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)), Number.MIN_VALUE);
  const parts: string[] = [];
  let y = 30;
  parts.push(text(12, y - 8, `${title} (${unit})`, 'font-size="15" font-weight="600"'));
  for (const group of groups) {
    y += 24;
    parts.push(text(12, y - 7, group.title, 'font-size="13" font-weight="600"'));
    for (const { label, value, ours } of group.bars) {
      const width = Math.max(1, Math.round((value / largest) * (WIDTH - LABELS - VALUES)));
      const middle = y + BAR / 2 + 4;
      parts.push(
        text(LABELS - 10, middle, label, 'font-size="12" text-anchor="end"'),
        `<rect x="${LABELS}" y="${y}" width="${width}" height="${BAR}" rx="2" fill="${ours ? '#1a7f64' : '#8b98a5'}"/>`,
        text(LABELS + width + 8, middle, figure(value), 'font-size="12"'),
      );
      y += BAR + GAP;
    }
  }
  const height = y + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>${escape(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}

/** For people: `1,234`, `12.3`, `0.04`. */
export const figure = (value: number): string =>
  value.toLocaleString(
    'en-GB',
    value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  );

const text = (x: number, y: number, content: string, style: string): string =>
  `<text x="${x}" y="${y}" ${FONT} fill="#1f2933" ${style}>${escape(content)}</text>`;

const escape = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
