import type { AuditEntry, RecordedEntry } from '@concordat/exchange';
import { canonicalise, type Json } from '@concordat/record';

/** An entry's text, as it is compared with another of the same id: without the time of its arrival. */
export const textOf = (entry: AuditEntry): string => canonicalise(entry as unknown as Json);

/** What is stored of an entry, and what its leaf's hash covers. @param recorded RFC 3339 */
export function contentOf(entry: AuditEntry, recorded: string): string {
  const stored: RecordedEntry = { ...entry, recorded };
  return canonicalise(stored as unknown as Json);
}

/** The text of an entry that is stored already, to be compared with {@link textOf}. */
export function textIn(content: string): string | undefined {
  const stored = readContent(content);
  if (stored === undefined) return undefined;
  const entry = { ...stored };
  delete entry['recorded'];
  return canonicalise(entry as Json);
}

/** The members of a stored entry; undefined when someone has made the content something else than an object. */
export function readContent(content: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(content) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
