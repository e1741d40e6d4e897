import type { Agreement, Party } from '../../document/agreement.js';
import { lintFinding, type LintFinding } from '../codes.js';

/**
 * Whether the parties and what they do fit together: UK GDPR Articles 5(1)(c), 26 and 44, and the ICO data sharing
 * code on who is named in an agreement.
 */
export function lintParties(agreement: Agreement): LintFinding[] {
  return [
    ...idleParties(agreement),
    ...lonelyJointController(agreement),
    ...processorsAbroad(agreement),
    ...unboundedLocalGrants(agreement),
  ];
}

function idleParties({ parties, grants }: Agreement): LintFinding[] {
  const busy = new Set(grants.flatMap(({ provider, recipient }) => [provider, recipient]));
  return parties.flatMap(({ agency, status }, index) =>
    status === 'processor' || busy.has(agency) ? [] : [lintFinding('idle-party', `/parties/${index}`)],
  );
}

function lonelyJointController({ parties }: Agreement): LintFinding[] {
  const joint = parties.filter(({ status }) => status === 'joint-controller');
  const [first] = joint;
  return first === undefined || joint.length > 1
    ? []
    : [lintFinding('joint-controller-alone', `/parties/${parties.indexOf(first)}/status`)];
}

const HOME =
  /\b(?:uk|u\.k\.|united kingdom|great britain|gb|england|scotland|wales|northern ireland)(?![a-z])/iu;

const processorsAbroad = ({ parties, duties }: Agreement): LintFinding[] =>
  duties.transfers.outsideUk
    ? []
    : parties.flatMap(({ processors = [] }, index) =>
        processors.flatMap(({ country }, place) =>
          HOME.test(country)
            ? []
            : [lintFinding('transfer-not-declared', `/parties/${index}/processors/${place}/country`)],
        ),
      );

/** Bodies whose remit ends at a border, by what their names say. */
const LOCAL =
  /\b(?:council|borough|county|district|parish|city|local|integrated care board|health board|constabulary|fire and rescue|combined authority)\b/iu;

function unboundedLocalGrants({ parties, grants }: Agreement): LintFinding[] {
  const local = new Set(parties.filter(isLocal).map(({ agency }) => agency));
  return grants.flatMap(({ recipient, rows }, index) =>
    rows === undefined && local.has(recipient) ? [lintFinding('rows-missing', `/grants/${index}`)] : [],
  );
}

const isLocal = ({ name }: Party): boolean => LOCAL.test(name);
