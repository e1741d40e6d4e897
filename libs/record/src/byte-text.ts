/**
 * UTF-8 bytes held as a string with one character for each byte: cheap to cut and to join, because nothing is decoded
 * or encoded on the way. Written out at last with the encoding `latin1`.
 */
export type ByteText = string;

/** @param text any text */
export const toByteText = (text: string): ByteText => Buffer.from(text, 'utf8').toString('latin1');
