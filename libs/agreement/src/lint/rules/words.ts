import type { Agreement } from '../../document/agreement.js';
import { hasHidden } from '../../plain-english/neutral.js';
import { lintFinding, type LintFinding } from '../codes.js';

/**
 * Whether the words say anything: reasons that are empty (ICO data sharing code, accountability: be able to
 * justify what is shared), places not filled in, and characters that readers cannot see.
 */
export function lintWords(agreement: Agreement): LintFinding[] {
  const findings: LintFinding[] = [];
  for (const { path, text } of textsIn(agreement)) {
    if (hasHidden(text)) findings.push(lintFinding('hidden-characters', path));
    if (PLACEHOLDER.test(text.trim())) findings.push(lintFinding('placeholder', path));
    else if (REASON.test(path) && isEmptyReason(text, !PROSE.test(path)))
      findings.push(lintFinding('empty-reason', path));
  }
  return [...findings, ...sameReasons(agreement)];
}

/** Places that give reasons: those of single items, and the prose of the purpose. */
const REASON = /\/(?:because|mitigation)$|^\/purpose\/(?:description|benefit|harmOfNotSharing|necessity)$/u;
/** Prose may be terse without being empty. */
const PROSE = /^\/purpose\//u;

const PLACEHOLDER =
  /^(?:tbc|tbd|tba|todo|fixme|n\/?a|x{2,}|\.{2,}|…|-+|\?+|to be (?:confirmed|decided|determined|added|agreed|completed)|as discussed|as agreed|see above|pending)[.!]?$|\{\{|\}\}|\[(?:insert|name|date|tbc)[^\]]{0,100}\]|lorem ipsum/iu;

const EMPTY =
  /^(?:(?:it|this|that|they|the (?:data|field|information|record)s?) (?:is|are|was) )?(?:not |never |always |strictly |only )?(?:needed|required|necessary|relevant|useful|helpful|important|mandatory|essential|standard(?: practice)?)(?: (?:for|by|to|in) (?:(?:business|operational|administrative|internal|legal|official|this|the|our|its|all|data|sharing) )*(?:purposes?|reasons?|use|us|them|it|needs?|recipients?|law|service|agreement|process|cases?))?$|^(?:for|because of) (?:(?:business|operational|administrative|internal|legal|official|various|data) )*(?:purposes?|reasons?|use|needs?)$|^(?:as|if|where|when) (?:discussed|agreed|required|needed|necessary|appropriate)$|^(?:because|just in case|in case|see above|same as above|as above|yes|no|ok)$/iu;

const FEWEST_WORDS = 3;

function isEmptyReason(text: string, isSentence: boolean): boolean {
  const plain = plainWords(text);
  return EMPTY.test(plain) || (isSentence && plain.split(' ').length < FEWEST_WORDS);
}

const plainWords = (text: string): string =>
  text
    .replace(/[.,;:!?'"“”‘’()]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .toLowerCase();

const FEWEST_ALIKE = 3;

function sameReasons({ grants }: Agreement): LintFinding[] {
  return grants.flatMap(({ fields }, index) => {
    const reasons = new Set(fields.map(({ because }) => plainWords(because)));
    return fields.length >= FEWEST_ALIKE && reasons.size === 1
      ? [lintFinding('same-reason', `/grants/${index}/fields`)]
      : [];
  });
}

/** Every string of a value in its order, with the JSON Pointer of its place. No depth of conditions is too deep. */
function* textsIn(value: unknown): Generator<{ path: string; text: string }> {
  const left: { path: string; value: unknown }[] = [{ path: '', value }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { path } = next;
    if (typeof next.value === 'string') yield { path, text: next.value };
    else if (typeof next.value === 'object' && next.value !== null) {
      // The names of members are the schema's, so that none needs an escape.
      const members = Object.entries(next.value).map(([name, member]) => ({
        path: `${path}/${name}`,
        value: member as unknown,
      }));
      left.push(...members.reverse());
    }
  }
}
