// eslint-disable-next-line no-restricted-imports -- reads one file that ships with the code: the template's own schema
import { readFileSync } from 'node:fs';
import { BrokerError, type Finding } from '@concordat/problem';
import { compileSchema, type JsonObject } from '@concordat/record';
import { freezeBytes, readFrozen } from '../document/frozen.js';
import { agreementSchema } from '../document/document.js';
import { specimenOf, type Size } from './blank-types.js';
import { putIn } from './fill.js';
import { findMisplacedBlanks } from './misplaced-blanks.js';
import { isList, type Blank, type FrozenTemplate, type Template } from './template.js';

/** The JSON Schema of templates, as published under `schemas/`. */
export const templateSchema = JSON.parse(
  readFileSync(new URL('../../../../schemas/agreement-template/1.0.json', import.meta.url), 'utf8'),
) as JsonObject;

const validateTemplate = compileSchema(templateSchema);
const validateAgreement = compileSchema(agreementSchema);

/**
 * Takes a JSON value for a template and freezes its bytes. A template that is accepted makes an agreement that
 * satisfies the agreement's schema with any values of its blanks' types.
 *
 * @throws BrokerError `template-invalid`, with what is wrong and where
 */
export function freezeTemplate(value: JsonObject): FrozenTemplate {
  refuse(validateTemplate(value), 'The template does not satisfy its schema');
  const template = value as unknown as Template;
  refuse(findMisplacedBlanks(template), 'The template’s blanks and its text do not fit together');
  refuse(misfit(template, 'shortest'), 'Filled in, the template would not be an agreement');
  refuse(misfit(template, 'longest'), 'Filled in, the template would not be an agreement');
  return { template, ...freezeBytes(value) };
}

/**
 * Reads a template that was frozen before: the canonical text itself, as agreements name it by its digest.
 *
 * @throws BrokerError `template-invalid`, or a problem of strict JSON
 */
export const readFrozenTemplate = (text: string): FrozenTemplate =>
  readFrozen(text, freezeTemplate, 'template-invalid', 'The template');

function refuse(findings: readonly Finding[], detail: string): void {
  if (findings.length > 0) throw new BrokerError('template-invalid', detail, findings);
}

/** Tries the template with made-up values of the right types, each as short as it can be, or as long. */
function misfit(template: Template, size: Size): Finding[] {
  const findings = validateAgreement(putIn(template, specimens(template, size)));
  return findings.map(({ path, message }) => ({
    path: `/agreement${path}`,
    message: `filled in with the ${size} values, ${message}`,
  }));
}

function specimens({ blanks }: Template, size: Size): JsonObject {
  const members = (list: readonly Blank[], seed: number): JsonObject =>
    Object.fromEntries(list.map((blank) => [blank.name, specimenOf(blank, size, seed)]));
  return Object.fromEntries(
    blanks.map((blank, index) => {
      if (!isList(blank)) return [blank.name, specimenOf(blank, size, index)];
      const length = size === 'shortest' ? blank.atLeast : blank.atMost;
      return [blank.name, Array.from({ length }, (_, item) => members(blank.each, item))];
    }),
  );
}
