/** What each recipient gets of an event, written by hand: what the agreements of bench/support/domain.ts give. */

interface Moved {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly datacontenttype: string;
  readonly data: {
    readonly reference: string;
    readonly person: Readonly<Record<string, string>>;
    readonly from: { readonly lines: readonly string[]; readonly postcode: string };
    readonly to: { readonly lines: readonly string[]; readonly postcode: string };
    readonly moved: string;
    readonly household: number;
  };
}

/** In the order of the output topics. */
export const PICKED: readonly ((event: Moved) => object)[] = [pensions, driverLicensing, healthStatistics];

function pensions(event: Moved): object {
  const { reference, person, to } = event.data;
  const { given, family, dateOfBirth, nationalInsuranceNumber } = person;
  return disclosure(event, {
    reference,
    person: { given, family, dateOfBirth, nationalInsuranceNumber },
    to: { lines: to.lines, postcode: to.postcode },
  });
}

function driverLicensing(event: Moved): object {
  const { reference, person, from, to } = event.data;
  const { given, family, dateOfBirth } = person;
  return disclosure(event, {
    reference,
    person: { given, family, dateOfBirth },
    from: { postcode: from.postcode },
    to: { lines: to.lines, postcode: to.postcode },
  });
}

function healthStatistics(event: Moved): object {
  const { person, from, to, moved, household } = event.data;
  const { dateOfBirth, nhsNumber } = person;
  return disclosure(event, {
    person: { dateOfBirth, nhsNumber },
    from: { postcode: from.postcode },
    to: { postcode: to.postcode },
    moved,
    household,
  });
}

const disclosure = ({ specversion, id, source, type, datacontenttype }: Moved, data: object): object => ({
  specversion,
  id,
  source,
  type,
  datacontenttype,
  data,
});
