import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatSignerKey,
  formatVerifierKey,
  noteVerifier,
  parseSignerKey,
  parseVerifierKey,
} from './note-key.js';
import { addSignature, openNote, signNote } from './note.js';

// The example of Go's golang.org/x/mod/sumdb/note.
const VERIFIER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const SIGNER = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const ENOCH_LINE =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';
const NOTE = `${TEXT}\n${PETER_LINE}`;

const peter = parseVerifierKey(VERIFIER);
const enoch = parseVerifierKey(ENOCH);
const code = (error: string): object => expect.objectContaining({ code: error }) as object;

describe('a note key', () => {
  it('reads and writes as Go’s does', () => {
    expect(peter).toMatchObject({ name: 'PeterNeumann', keyId: 'c74f20a3' });
    const { name, privateKey } = parseSignerKey(SIGNER);
    expect(name).toBe('PeterNeumann');
    expect(formatSignerKey(name, privateKey)).toBe(SIGNER);
    expect(formatVerifierKey(name, privateKey)).toBe(VERIFIER);
    expect(formatVerifierKey(name, createPublicKey(privateKey))).toBe(VERIFIER);
  });

  it.each([VERIFIER, SIGNER])('is refused when cut or changed anywhere: %s', (key) => {
    const parse = key === SIGNER ? parseSignerKey : parseVerifierKey;
    for (let from = 0; from < key.length; from += 1) {
      for (let to = from + 1; to <= key.length; to += 1) {
        if (to - from === key.length) continue;
        expect(() => parse(key.slice(from, to))).toThrow(code('note-key-malformed'));
      }
      const next = String.fromCharCode(key.charCodeAt(from) + 1);
      expect(() => parse(key.slice(0, from) + next + key.slice(from + 1))).toThrow(
        code('note-key-malformed'),
      );
    }
  });

  it('is refused with another length or algorithm, though its identifier fits', () => {
    const wrong = [
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
      'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    ];
    for (const key of wrong) expect(() => parseVerifierKey(key)).toThrow(code('note-key-malformed'));
  });

  it('has a name without spaces, pluses or control characters', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    for (const name of ['', 'a b', 'a+b', 'a\u2003b', 'a\u00a0b', 'a\nb', 'a\u0007b', 'a\ud800']) {
      expect(() => formatVerifierKey(name, publicKey)).toThrow(code('note-key-malformed'));
      expect(() => formatSignerKey(name, privateKey)).toThrow(code('note-key-malformed'));
    }
    expect(parseVerifierKey(formatVerifierKey('łog.example/死', publicKey)).name).toBe('łog.example/死');
  });

  it('is Ed25519 and nothing else', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => noteVerifier('log', publicKey)).toThrow(code('note-key-malformed'));
    expect(() => formatSignerKey('log', privateKey)).toThrow(code('note-key-malformed'));
    const ed25519 = generateKeyPairSync('ed25519');
    expect(() => formatSignerKey('log', ed25519.publicKey)).toThrow(code('note-key-malformed'));
  });
});

describe('signing a note', () => {
  it('gives Go’s bytes', async () => {
    expect(await signNote(TEXT, parseSignerKey(SIGNER))).toBe(NOTE);
  });

  it('takes a callback in place of a private key', async () => {
    const { name, privateKey } = parseSignerKey(SIGNER);
    const publicKey = createPublicKey(privateKey);
    const remote = async (text: Uint8Array): Promise<Buffer> => sign(null, text, privateKey);
    expect(await signNote(TEXT, { name, publicKey, sign: remote })).toBe(NOTE);
    const wrong = async (): Promise<Buffer> => Buffer.alloc(64);
    await expect(signNote(TEXT, { name, publicKey, sign: wrong })).rejects.toThrow(
      code('note-signature-wrong'),
    );
  });

  it('refuses a text that would not read back', async () => {
    for (const text of ['', 'abc', 'a\tb\n', 'a\r\n', 'a\0\n', '\ud800\n']) {
      await expect(signNote(text, parseSignerKey(SIGNER))).rejects.toThrow(code('note-malformed'));
    }
  });

  it('adds a second signature beside the first', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const note = await addSignature(NOTE, { name: 'next', privateKey });
    const next = noteVerifier('next', privateKey);
    expect(note.startsWith(NOTE)).toBe(true);
    expect(openNote(note, [peter, next]).signatures.map(({ name }) => name)).toEqual([
      'PeterNeumann',
      'next',
    ]);
  });
});

describe('opening a note', () => {
  it('gives the text, what is verified and what is unknown', () => {
    const opened = openNote(Buffer.from(`${NOTE}${ENOCH_LINE}`), [peter]);
    expect(opened.text).toBe(TEXT);
    expect(opened.signatures).toMatchObject([{ name: 'PeterNeumann', keyId: 'c74f20a3' }]);
    expect(opened.unknown).toMatchObject([{ name: 'EnochRoot', keyId: 'af0cfe78' }]);
    expect(openNote(`${NOTE}${ENOCH_LINE}`, [enoch, peter]).signatures).toHaveLength(2);
    expect(openNote(`${NOTE}${PETER_LINE}`, [peter]).signatures).toHaveLength(1);
  });

  it('refuses a note that no known key signed', () => {
    expect(() => openNote(NOTE, [])).toThrow(code('note-not-signed'));
    expect(() => openNote(NOTE, [enoch])).toThrow(code('note-not-signed'));
    // The same key under another name is another key, and so is the same name with another key.
    const { privateKey } = parseSignerKey(SIGNER);
    expect(() => openNote(NOTE, [noteVerifier('PeterNewman', privateKey)])).toThrow(code('note-not-signed'));
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(() => openNote(NOTE, [noteVerifier('PeterNeumann', publicKey)])).toThrow(code('note-not-signed'));
  });

  it('refuses the whole note when one known signature is wrong', () => {
    const wrong = PETER_LINE.replace('o/ZJ', 'o/ZK');
    expect(() => openNote(`${NOTE}${wrong}`, [peter])).toThrow(code('note-signature-wrong'));
    expect(() => openNote(`${TEXT}\n${ENOCH_LINE}${wrong}`, [enoch, peter])).toThrow(
      code('note-signature-wrong'),
    );
    expect(() => openNote(NOTE.replace('answer', 'Answer'), [peter])).toThrow(code('note-signature-wrong'));
    const cut = Buffer.from(PETER_LINE.split(' ')[2]!, 'base64').subarray(0, 67).toString('base64');
    expect(() => openNote(`${TEXT}\n— PeterNeumann ${cut}\n`, [peter])).toThrow(code('note-signature-wrong'));
  });

  it('splits at the last empty line', async () => {
    const text = 'a\n\n— nobody AAAAAAAA\n\nb\n';
    const { name, privateKey } = parseSignerKey(SIGNER);
    expect(openNote(await signNote(text, { name, privateKey }), [peter]).text).toBe(text);
  });

  it.each([
    ['no signature', TEXT],
    ['no signature line', `${TEXT}\n`],
    ['no final newline', NOTE.slice(0, -1)],
    ['no empty line', `${TEXT}${PETER_LINE}`],
    ['a control character', `\u0001${NOTE}`],
    ['a carriage return', NOTE.replaceAll('\n', '\r\n')],
    ['a line that is no signature', `${NOTE}Unexpected line.\n`],
    ['a hyphen for the dash', NOTE.replace('—', '-')],
    ['a third word', NOTE.replace('=\n', '= x\n')],
    ['two spaces', NOTE.replace('PeterNeumann ', 'PeterNeumann  ')],
    ['a name with a plus', NOTE.replace('PeterNeumann', 'Peter+Neumann')],
    ['base64 without padding', NOTE.replace('AM=\n', 'AM\n')],
    ['base64 with bits left over', NOTE.replace('AM=\n', 'AN=\n')],
    ['base64url', NOTE.replace('o/ZJ', 'o_ZJ')],
    ['a signature of nothing but the identifier', `${TEXT}\n— PeterNeumann x08gow==\n`],
    ['a lone surrogate', `\ud800${NOTE}`],
    ['too many signatures', `${TEXT}\n${PETER_LINE.repeat(101)}`],
  ])('refuses a note with %s', (_, note) => {
    expect(() => openNote(note, [peter])).toThrow(code('note-malformed'));
  });

  it('refuses bytes that are not UTF-8, and keeps a byte order mark apart', () => {
    expect(() => openNote(Buffer.concat([Buffer.of(0xff), Buffer.from(NOTE)]), [peter])).toThrow(
      code('note-malformed'),
    );
    expect(() => openNote(Buffer.from(`\ufeff${NOTE}`), [peter])).toThrow(code('note-signature-wrong'));
  });

  it('never opens to another text, whatever single character is changed', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: NOTE.length - 1 }),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, character) => {
          fc.pre(NOTE[at] !== character);
          expect(() => openNote(NOTE.slice(0, at) + character + NOTE.slice(at + 1), [peter])).toThrow();
        },
      ),
    );
  });

  it('accepts the example of the C2SP page by form', () => {
    // Its key is not published there, so only the form can be checked.
    const note =
      'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n' +
      '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
    expect(() => openNote(note, [peter])).toThrow(code('note-not-signed'));
  });

  it('signs with a key that was made elsewhere', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
    const note = await signNote('x\n', { name: 'log', privateKey: createPrivateKey(pem) });
    expect(openNote(note, [parseVerifierKey(formatVerifierKey('log', privateKey))]).text).toBe('x\n');
  });
});
