import type { Json } from '@concordat/record';

/** A member that the document's schema says is a text. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
