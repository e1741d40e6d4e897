/**
 * The beginning of an agreement's plain-English text: what it is, and the section "In short". Only headings
 * begin at the left edge of that text, whatever the parties wrote.
 */
export function shortAnswerOf(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => line.startsWith('2. '));
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .join('\n')
    .trimEnd();
}
