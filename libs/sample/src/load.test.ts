import { freezeAgreement, lintAgreement } from '@concordat/agreement';
import { compile, decide, type Program } from '@concordat/policy';
import { compileSchema, type CloudEvent, type JsonObject } from '@concordat/record';
import { describe, expect, it } from 'vitest';
import { sampleAgencies } from './agencies.js';
import type { AmendedRecord } from './amend.js';
import { deathRegistrations } from './events.js';
import { loadSampleAgreements, loadSampleSchemas } from './load.js';

const schemas = loadSampleSchemas();
const agreements = loadSampleAgreements().map((document) => freezeAgreement(document).agreement);
const events = deathRegistrations({ seed: 11, count: 1500 });

const programs = loadSampleAgreements().flatMap((document) => {
  const compiled = compile(
    freezeAgreement(document),
    (digest) => schemas.find((one) => one.digest === digest)?.schema,
  );
  expect(compiled.findings).toBeUndefined();
  return compiled.programs ?? [];
});

const decideFor = (program: Program, event: CloudEvent): ReturnType<typeof decide> =>
  decide(program, event, {
    provider: 'register-office',
    now: '2026-06-01T00:00:00Z',
    secret: Buffer.alloc(32, 1),
  });

function released(recipient: string): { event: CloudEvent; data: JsonObject; attributes: object }[] {
  return programs
    .filter((program) => program.recipient === recipient)
    .flatMap((program) => events.map((event) => ({ event, decision: decideFor(program, event) })))
    .flatMap(({ event, decision }) => (decision.outcome === 'released' ? [{ event, ...decision }] : []));
}

describe('the event schemas', () => {
  it('close every object, describe every member and bound every text and list', () => {
    for (const { schema } of schemas) {
      for (const { path, node } of objectsIn(schema, '')) {
        if (node['type'] === 'object') expect(node['additionalProperties'], path).toBe(false);
        if (node['type'] === 'array') expect(node['maxItems'], path).toBeTypeOf('number');
        if (node['type'] === 'string') expect('maxLength' in node || 'pattern' in node, path).toBe(true);
        for (const [name, member] of Object.entries((node['properties'] ?? {}) as JsonObject)) {
          if (node['type'] === 'object')
            expect((member as JsonObject)['description'], `${path}/${name}`).toBeTypeOf('string');
        }
      }
    }
  });

  it('differ only in the amendment', () => {
    const [registered, amended] = schemas.map(({ schema }) => structuredClone(schema)) as [
      JsonObject,
      JsonObject,
    ];
    const properties = amended['properties'] as JsonObject;
    expect(amended['required']).toEqual(['amendment', ...(registered['required'] as string[])]);
    delete properties['amendment'];
    expect(properties).toEqual(registered['properties']);
    expect(amended['$defs']).toEqual(registered['$defs']);
  });

  it('refuse what a register would not hold', () => {
    const validate = compileSchema(schemas[0]!.schema);
    const base = events[0]!.data;
    const withDeceased = (change: JsonObject): JsonObject => ({
      ...base,
      deceased: { ...(base['deceased'] as JsonObject), ...change },
    });
    expect(validate(base)).toEqual([]);
    for (const wrong of [
      { names: [] },
      { names: [{ kind: 'registered' }] },
      { ageAtDeath: -1 },
      { dateOfBirth: { value: '1931-13' } },
      { dateOfBirth: { value: '31/01/1931' } },
      { address: { lines: ['1 High Street'], postcode: 'ns1 4qx' } },
      { address: { lines: ['1 High Street'], postcode: 'NS14QX' } },
      { address: { lines: [] } },
      { nhsNumber: '999 000 0000' },
      { favouriteColour: 'blue' },
    ]) {
      expect(validate(withDeceased(wrong)), JSON.stringify(wrong)).not.toEqual([]);
    }
  });
});

describe('the agreements', () => {
  it('name schemas by their digests: when a schema changes, so must they', () => {
    for (const { id, grants } of agreements) {
      for (const grant of grants) {
        expect(grant.schema, `${id}, ${grant.id}`).toBe(
          schemas.find(({ type }) => type === grant.event)?.digest,
        );
      }
      expect(grants.map(({ event }) => event)).toEqual(schemas.map(({ type }) => type));
    }
  });

  it('have parties and signatories that the agencies have', () => {
    for (const { parties } of agreements) {
      for (const { agency, signatories } of parties) {
        expect(sampleAgencies.find(({ id }) => id === agency)?.signatories).toEqual(
          signatories.map(({ role }) => role),
        );
      }
    }
  });

  it('are model agreements: lint finds nothing in them, not even advice', () => {
    const findSchema = (digest: string, eventType: string): JsonObject | undefined =>
      schemas.find((one) => one.digest === digest && one.type === eventType)?.schema;
    for (const agreement of agreements) {
      expect(lintAgreement(agreement, findSchema), agreement.id).toEqual([]);
      expect(lintAgreement(agreement), agreement.id).toEqual([]);
    }
  });

  it('say that they are samples', () => {
    for (const { summary, legal } of agreements) {
      expect(summary).toContain('illustrations');
      for (const { act } of legal.powers) expect(act).toContain('(illustration)');
    }
  });
});

describe('who learns what', () => {
  it('pensions: adults, and of the informant only whether there is one', () => {
    const disclosures = released('pensions');
    expect(disclosures.length).toBeGreaterThan(1000);
    for (const { event, data } of disclosures) {
      const { deceased } = event.data as AmendedRecord;
      expect(deceased.ageAtDeath).toBeGreaterThanOrEqual(16);
      expect(data['deceased']).toMatchObject({ names: deceased.names });
      expect(data['informant']).toEqual({
        name: expect.any(Boolean) as boolean,
        phone: expect.any(Boolean) as boolean,
      });
      expect(data).not.toHaveProperty('causeOfDeath');
    }
  });

  it('driver licensing: from 15, and of the address only the postcode', () => {
    const disclosures = released('driver-licensing');
    expect(disclosures.some(({ event }) => (event.data as AmendedRecord).deceased.ageAtDeath === 15)).toBe(
      true,
    );
    for (const { data } of disclosures) {
      const { address } = data['deceased'] as { address?: object };
      expect(Object.keys(address ?? { postcode: '' })).toEqual(['postcode']);
    }
  });

  it('Northshire: its own districts, and the first name only', () => {
    const disclosures = released('northshire-council');
    expect(disclosures.length).toBeGreaterThan(300);
    for (const { data } of disclosures) {
      const { names, address } = data['deceased'] as unknown as AmendedRecord['deceased'];
      expect(names).toHaveLength(1);
      expect(address?.postcode).toMatch(/^NS[1-5] /u);
    }
  });

  it('health statistics: everybody, and nothing by which to tell who', () => {
    const disclosures = released('health-statistics');
    expect(disclosures).toHaveLength(events.length);
    for (const { event, data, attributes } of disclosures) {
      expect(attributes).toEqual({});
      const told = JSON.stringify(data);
      const { deceased, registration, informant, partner } = event.data as AmendedRecord;
      const telling = [
        registration.urn,
        registration.time,
        deceased.nhsNumber,
        deceased.nationalInsuranceNumber,
        deceased.address?.postcode,
        deceased.address?.uprn,
        ...(deceased.address?.lines ?? []),
        ...deceased.names.map(({ family }) => family),
        informant?.name,
        partner?.name,
      ];
      for (const secret of telling)
        if (secret !== undefined && secret !== 'Unknown')
          expect(told).not.toContain(JSON.stringify(secret).slice(1, -1));
      const { dateOfBirth, dateOfDeath } = (data['deceased'] ?? {}) as Partial<AmendedRecord['deceased']>;
      expect(dateOfBirth?.value ?? '1900').toHaveLength(4);
      expect((dateOfDeath?.value ?? '2026-01').length).toBeLessThanOrEqual(7);
    }
  });
});

function* objectsIn(node: JsonObject, path: string): Generator<{ path: string; node: JsonObject }> {
  yield { path, node };
  for (const [name, value] of Object.entries(node)) {
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      yield* objectsIn(value, `${path}/${name}`);
  }
}
