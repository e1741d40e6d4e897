import { readFileSync } from 'node:fs';
import { fillTemplate, freezeAgreement, freezeTemplate, lintAgreement } from '@concordat/agreement';
import { compile } from '@concordat/policy';
import { parseStrict, type JsonObject } from '@concordat/record';
import { describe, expect, it } from 'vitest';
import { loadSampleSchemas } from './load.js';

const FOLDER = new URL('../../../agreements/templates/', import.meta.url);
const read = (file: string): JsonObject => parseStrict(readFileSync(new URL(file, FOLDER))) as JsonObject;

const schemas = loadSampleSchemas();

describe.each(['tell-us-once-councils', 'death-notification'])('the template %s', (id) => {
  const template = freezeTemplate(read(`${id}.json`));
  const agreement = freezeAgreement(fillTemplate(template, read(`${id}.example-values.json`)));

  it('makes an agreement that the broker can carry out, against the schemas as they stand', () => {
    const compiled = compile(
      agreement,
      (digest) => schemas.find((schema) => schema.digest === digest)?.schema,
    );
    expect(compiled.findings).toBeUndefined();
    expect(compiled.programs).toHaveLength(agreement.agreement.grants.length);
  });

  it('makes an agreement in which nothing is left to say', () => {
    const findSchema = (digest: string): JsonObject | undefined =>
      schemas.find((schema) => schema.digest === digest)?.schema;
    expect(lintAgreement(agreement.agreement, findSchema)).toEqual([]);
  });
});
