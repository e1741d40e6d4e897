import type { Agreement, Grant } from '../document/agreement.js';
import { neutralise } from '../plain-english/neutral.js';
import { formInWords, plainName } from '../plain-english/words.js';
import type { PlaceChange, WideningReason } from './compare-places.js';
import type { Place } from './place-tree.js';
import { partyName } from './words.js';

const reasons: Readonly<Record<WideningReason, string>> = {
  'withheld-until-now':
    'Records in which the value could not be given in that form were withheld as a whole until now; they would be given',
  joins:
    'A stand-in that was not given until now could be joined with records that were given before, also by older versions: whoever has both would learn more of a person',
  renewed:
    'Everybody gets another stand-in. Nobody can tell what older versions gave that it could be joined with',
  'tells-gaps': 'It would tell which elements have no value, which did not show until now',
  undecided: 'Whether this tells more than before cannot be told',
};

/** Says what changed at a place, for the agreement's recipient. */
export function fieldWords(
  { kind, place, was, is, reason }: PlaceChange,
  grant: Grant,
  agreement: Agreement,
): string {
  const recipient = partyName(grant.recipient, agreement);
  const field = `“${plainName(place) ?? neutralise(place)}”`;
  const from = `(of ${grant.event} from ${partyName(grant.provider, agreement)})`;
  const why = reason === undefined ? '' : ` ${reasons[reason]}.`;
  if (is === undefined) return `${recipient} will no longer get ${field} ${from}.${why}`;
  const now = inWords(is, place);
  if (was === undefined) return `${recipient} will get ${field} ${from}, ${now}. Until now it did not.`;
  const old = inWords(was, place);
  if (old === now && kind === 'widens') return `${recipient} will get ${field} ${from} differently.${why}`;
  return `${recipient} will get ${field} ${from} in another form: ${now}. Until now: ${old}.${why}`;
}

const inWords = (place: Place, field: string): string =>
  place.kind === 'leaf' ? formInWords(place.form, field) : 'parts of it';
