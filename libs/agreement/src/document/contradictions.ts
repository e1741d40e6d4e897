import type { Finding } from '@concordat/problem';
import type { Agreement, Condition, Grant, Party } from './agreement.js';
import { daysOf } from './partial-date.js';

/**
 * What a schema cannot see: parts of an agreement that contradict each other. Any one makes the agreement
 * void, so none is only a warning.
 */
export function findContradictions(agreement: Agreement): Finding[] {
  return [...partyFindings(agreement), ...termFindings(agreement), ...grantFindings(agreement)];
}

function partyFindings({ parties }: Agreement): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const [index, party] of parties.entries()) {
    const at = `/parties/${index}`;
    if (seen.has(party.agency)) {
      findings.push({ path: `${at}/agency`, message: 'names an agency that is a party already' });
    }
    seen.add(party.agency);
    findings.push(...repetitions(party.signatories, 'role', `${at}/signatories`, 'must sign already'));
    if (party.actsFor !== undefined && !isControllerAmong(parties, party.actsFor, party.agency)) {
      findings.push({ path: `${at}/actsFor`, message: 'is not another party that is a controller' });
    }
  }
  if (parties.every(({ mayJoinLater }) => mayJoinLater === true)) {
    findings.push({ path: '/parties', message: 'are all parties that may join later: nobody begins' });
  }
  return findings;
}

const isControllerAmong = (parties: readonly Party[], agency: string, but: string): boolean =>
  parties.some((party) => party.agency === agency && agency !== but && party.status !== 'processor');

/** A finding for each member of a list whose name an earlier one has. */
function repetitions<K extends string>(
  list: readonly Readonly<Record<K, string>>[],
  name: K,
  at: string,
  message: string,
): Finding[] {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    if (seen.has(item[name])) return [{ path: `${at}/${index}/${name}`, message }];
    seen.add(item[name]);
    return [];
  });
}

function termFindings({ term }: Agreement): Finding[] {
  // ISO 8601 calendar dates of the same length sort as text.
  if (term.from > term.until) return [{ path: '/term/until', message: 'is before the term begins' }];
  if (term.reviewBy < term.from) return [{ path: '/term/reviewBy', message: 'is before the term begins' }];
  return [];
}

function grantFindings({ grants, parties }: Agreement): Finding[] {
  const roles = new Map(parties.map(({ agency, role }) => [agency, role]));
  const findings: Finding[] = [];
  const ids = new Set<string>();
  const exchanges = new Set<string>();
  for (const [index, grant] of grants.entries()) {
    const at = `/grants/${index}`;
    if (ids.has(grant.id)) findings.push({ path: `${at}/id`, message: 'is the id of another grant' });
    ids.add(grant.id);
    if (roles.get(grant.provider) !== 'provider') {
      findings.push({ path: `${at}/provider`, message: 'is not a party with the role of provider' });
    }
    if (roles.get(grant.recipient) !== 'recipient') {
      findings.push({ path: `${at}/recipient`, message: 'is not a party with the role of recipient' });
    }
    // Two grants for one exchange would combine into a view that neither describes.
    const exchange = JSON.stringify([grant.provider, grant.recipient, grant.event]);
    if (exchanges.has(exchange)) {
      findings.push({ path: at, message: 'covers the same provider, recipient and event as another grant' });
    }
    exchanges.add(exchange);
    findings.push(...repetitions(grant.fields, 'field', `${at}/fields`, 'is granted twice'));
    findings.push(...repetitions(grant.withheld ?? [], 'field', `${at}/withheld`, 'is listed twice'));
    findings.push(...withheldFindings(grant, at), ...formFindings(grant, at));
    if (grant.rows !== undefined) findings.push(...rowFindings(grant.rows, `${at}/rows`));
  }
  return findings;
}

function formFindings({ fields }: Grant, at: string): Finding[] {
  return fields.flatMap(({ as }, index) => {
    if (typeof as === 'string' || !('from' in as)) return [];
    const { from } = as;
    const low = from.findIndex((age, position) => age <= (from[position - 1] ?? 0));
    const message = 'is not more than the age before it';
    return low < 0 ? [] : [{ path: `${at}/fields/${index}/as/from/${low}`, message }];
  });
}

function rowFindings(condition: Condition, at: string): Finding[] {
  const each = (conditions: readonly Condition[], name: string): Finding[] =>
    conditions.flatMap((one, index) => rowFindings(one, `${at}/${name}/${index}`));
  if ('all' in condition) return each(condition.all, 'all');
  if ('any' in condition) return each(condition.any, 'any');
  if ('not' in condition) return rowFindings(condition.not, `${at}/not`);
  const isDate = condition.is === 'on-or-after' || condition.is === 'on-or-before';
  return isDate && daysOf(condition.value) === undefined
    ? [{ path: `${at}/value`, message: 'is no day, month or year of the calendar' }]
    : [];
}

function withheldFindings({ fields, withheld = [] }: Grant, at: string): Finding[] {
  // Taken apart once: thousands of fields against thousands would take minutes otherwise.
  const granted = fields.map(({ field }) => field.split('/'));
  return withheld.flatMap((left, index) => {
    const steps = left.field.split('/');
    return granted.some((one) => overlap(one, steps))
      ? [{ path: `${at}/withheld/${index}/field`, message: 'is granted, in whole or in part' }]
      : [];
  });
}

/**
 * Whether one place is the other, or in it. `*` stands for every element, a number for one. A pointer's first step
 * is empty; an attribute of the envelope is one step by itself, so that the two never meet.
 */
function overlap(one: readonly string[], other: readonly string[]): boolean {
  const depth = Math.min(one.length, other.length);
  for (let step = 0; step < depth; step += 1) {
    if (!mayMeet(one[step] ?? '', other[step] ?? '')) return false;
  }
  return true;
}

const mayMeet = (one: string, other: string): boolean =>
  one === other || (one === '*' && isPosition(other)) || (other === '*' && isPosition(one));

const isPosition = (step: string): boolean => /^\d+$/u.test(step);
