import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint.js';
import { emptyRoot } from './hash.js';
import { noteVerifier } from './note-key.js';
import { signNote } from './note.js';

// The example of C2SP tlog-checkpoint.
const TEXT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const malformed = expect.objectContaining({ code: 'checkpoint-malformed' }) as object;

describe('a checkpoint', () => {
  it('reads and writes the published example', () => {
    const checkpoint = parseCheckpoint(TEXT);
    expect(checkpoint).toMatchObject({
      origin: 'example.com/behind-the-sofa',
      size: 20852163,
      extensions: [],
    });
    expect(formatCheckpoint(checkpoint)).toBe(TEXT);
  });

  it('reads back what was written', () => {
    const line = fc.string({ minLength: 1 }).filter((text) => !/[\u0000-\u001f]/u.test(text));
    const checkpoints: fc.Arbitrary<Checkpoint> = fc.record({
      origin: line,
      size: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
      extensions: fc.array(line, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(checkpoints, (checkpoint) => {
        expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint);
      }),
    );
  });

  it('of an empty log has the empty root', () => {
    const text = formatCheckpoint({ origin: 'log', size: 0, root: emptyRoot() });
    expect(text).toBe('log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n');
    expect(() => formatCheckpoint({ origin: 'log', size: 0, root: Buffer.alloc(32) })).toThrow(malformed);
  });

  it.each([
    ['no final newline', TEXT.slice(0, -1)],
    ['an empty line at its end', `${TEXT}\n`],
    ['an empty origin', TEXT.replace('example.com/behind-the-sofa', '')],
    ['a line too few', 'log\n1\n'],
    ['nothing', ''],
    ['a leading zero', TEXT.replace('20852163', '020852163')],
    ['two zeros', 'log\n00\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n'],
    ['a sign', TEXT.replace('20852163', '+20852163')],
    ['a space', TEXT.replace('20852163', ' 20852163')],
    ['an exponent', TEXT.replace('20852163', '2e3')],
    ['hexadecimal', TEXT.replace('20852163', '0x20')],
    ['Arabic digits', TEXT.replace('20852163', '٢٠')],
    ['a size that cannot be counted', TEXT.replace('20852163', '9007199254740993')],
    ['a short root', TEXT.replace('CsUYapGGPo4d', 'CsUY')],
    ['a root without padding', TEXT.replace('q2I=', 'q2I')],
    ['a root with bits left over', TEXT.replace('q2I=', 'q2J=')],
    ['a root in base64url', TEXT.replace('om/X', 'om_X')],
    ['a carriage return', TEXT.replace('\n', '\r\n')],
    ['a tab', TEXT.replace('behind', '\t')],
  ])('is refused with %s', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(malformed);
  });

  it('cannot be made to say more than its fields', () => {
    const root = Buffer.alloc(32, 1);
    expect(() => formatCheckpoint({ origin: 'log\n9', size: 1, root })).toThrow(malformed);
    expect(() => formatCheckpoint({ origin: 'log', size: 1, root, extensions: ['a\nb'] })).toThrow(malformed);
    expect(() => formatCheckpoint({ origin: 'log', size: 1, root, extensions: [''] })).toThrow(malformed);
    expect(() => formatCheckpoint({ origin: '', size: 1, root })).toThrow(malformed);
    for (const size of [-1, 1.5, NaN, 1e21, 2 ** 53]) {
      expect(() => formatCheckpoint({ origin: 'log', size, root })).toThrow(malformed);
    }
  });
});

describe('a signed checkpoint', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const verifiers = [noteVerifier('ledger.example/concordat', privateKey)];
  const origin = 'ledger.example/concordat';

  it('opens to what was signed', async () => {
    const signed = { origin, size: 3, root: Buffer.alloc(32, 7) };
    const note = await signNote(formatCheckpoint(signed), { name: origin, privateKey });
    expect(openCheckpoint(note, { origin, verifiers }).checkpoint).toMatchObject(signed);
  });

  it('of another log does not open, though the key is known', async () => {
    const text = formatCheckpoint({ origin: 'another.example', size: 3, root: Buffer.alloc(32, 7) });
    const note = await signNote(text, { name: origin, privateKey });
    const another = expect.objectContaining({ code: 'checkpoint-of-another-log' }) as object;
    expect(() => openCheckpoint(note, { origin, verifiers })).toThrow(another);
  });

  it('that is no checkpoint does not open, though it is signed', async () => {
    const note = await signNote('a note\n', { name: origin, privateKey });
    expect(() => openCheckpoint(note, { origin, verifiers })).toThrow(malformed);
  });
});
