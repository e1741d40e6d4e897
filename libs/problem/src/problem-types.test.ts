import { describe, expect, it } from 'vitest';
import { problemTypes, problemUri, type ProblemCode } from './problem-types.js';

const codes = Object.keys(problemTypes) as ProblemCode[];

/**
 * The statuses once more, by hand: clients retry, give up or sign in again by them, so none may change
 * without somebody deciding it.
 */
const CODES_BY_STATUS: Record<number, ProblemCode[]> = {
  400: [
    'malformed-json',
    'duplicate-key',
    'unsafe-number',
    'forbidden-key',
    'too-deep',
    'not-a-cloudevent',
    'invalid-parameter',
    'not-http',
  ],
  401: ['no-token', 'invalid-token', 'expired-token'],
  403: ['missing-scope', 'foreign-source', 'foreign-agency'],
  404: ['not-found'],
  405: ['method-not-allowed'],
  409: [
    'id-reused',
    'already-exists',
    'version-conflict',
    'already-revoked',
    'agreement-in-force',
    'agreement-ended',
  ],
  408: ['too-slow'],
  413: ['body-too-large'],
  431: ['head-too-large'],
  415: ['unsupported-media-type'],
  422: [
    'unknown-type',
    'invalid-data',
    'event-too-large',
    'agreement-invalid',
    'template-invalid',
    'template-values-invalid',
    'schema-invalid',
    'signature-invalid',
    'key-invalid',
    'key-not-endorsed',
    'key-unusable',
    'notice-invalid',
    'notice-untimely',
    'notice-too-short',
    'review-not-later',
    'unknown-suspension',
  ],
  500: ['internal'],
  503: ['too-busy', 'unavailable'],
};

describe('the table of problems', () => {
  it('gives each code the status that clients know', () => {
    const statuses = Object.entries(CODES_BY_STATUS).flatMap(([status, these]) =>
      these.map((code) => [code, Number(status)] as const),
    );
    expect(Object.fromEntries(codes.map((code) => [code, problemTypes[code].status]))).toEqual(
      Object.fromEntries(statuses),
    );
  });

  it('gives each code a URI of its own, which is a URN without escapes', () => {
    expect(new Set(codes.map(problemUri)).size).toBe(codes.length);
    for (const code of codes) expect(problemUri(code)).toMatch(/^urn:concordat:problem:[a-z]+(-[a-z]+)*$/u);
  });

  it('gives each code a title of its own', () => {
    expect(new Set(codes.map((code) => problemTypes[code].title)).size).toBe(codes.length);
  });

  it.each(codes)('%s has a title without a stop and advice in whole sentences', (code) => {
    const { title, advice } = problemTypes[code];
    expect(title).toMatch(/^[A-Z].*[^.!?\s]$/u);
    expect(advice).toMatch(/^[A-Z].*\.$/u);
  });
});
