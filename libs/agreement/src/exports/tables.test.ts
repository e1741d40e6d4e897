import { readFileSync } from 'node:fs';
import { parseStrict, type JsonObject } from '@concordat/record';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freezeAgreement } from '../document/document.js';
import { exampleAgreement } from '../document/example-agreement.js';
import type { Standing } from '../lifecycle/standing-types.js';
import { fillTemplate } from '../templates/fill.js';
import { freezeTemplate } from '../templates/freeze.js';
import { controllerColumns, processorColumns, toArticle30Csv, toArticle30Rows } from './article-30.js';
import { toCsv } from './csv.js';
import { richAgreement } from './example-exports.js';
import { registerColumns, toRegisterCsv, toRegisterEntry } from './register-entry.js';

const FOLDER = new URL('../../../../agreements/templates/', import.meta.url);
const read = (file: string): JsonObject => parseStrict(readFileSync(new URL(file, FOLDER))) as JsonObject;
const filled = (id: string) =>
  freezeAgreement(fillTemplate(freezeTemplate(read(`${id}.json`)), read(`${id}.example-values.json`)));

const example = freezeAgreement(exampleAgreement());
const rich = richAgreement();
const councils = filled('tell-us-once-councils');
const simple = filled('death-notification');

/** A reader by the grammar of RFC 4180 §2, every cell quoted. It knows nothing of the writer. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    expect(text[at]).toBe('"');
    let cell = '';
    at += 1;
    while (text[at] !== '"' || text[at + 1] === '"') {
      expect(at).toBeLessThan(text.length);
      cell += text[at] ?? '';
      at += text[at] === '"' ? 2 : 1;
    }
    row.push(cell);
    at += 1;
    if (text[at] === ',') at += 1;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      rows.push(row);
      row = [];
      at += 2;
    }
  }
  return rows;
}

/** What a spreadsheet would run: after spaces that it trims, and wide signs that it narrows. */
const runs = (cell: string): boolean => /^\s*[=+\-@]/u.test(cell.normalize('NFKC')) || /^[\t\r]/u.test(cell);

describe('CSV', () => {
  const awkward = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.stringMatching(/^[ \t\r\n'"=+\-@＝＋－＠;,|]{1,6}[a-z(]{0,3}$/u),
  );

  it('gives back what was put in, one leading apostrophe taken off', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ a: awkward, b: awkward }), { maxLength: 5 }), (table) => {
        const [head, ...rows] = readCsv(toCsv(['a', 'b'], table));
        expect(head).toEqual(['a', 'b']);
        const back = rows.map((cells) => cells.map((cell) => cell.replace(/^'/u, '')));
        expect(back).toEqual(table.map(({ a, b }) => [a, b]));
      }),
      { numRuns: 500 },
    );
  });

  it('never holds a cell that a spreadsheet would run', () => {
    fc.assert(
      fc.property(awkward, (cell) => {
        expect(
          readCsv(toCsv(['a'], [{ a: cell }]))
            .flat()
            .filter(runs),
        ).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['=1+1', '+1', '-1', '@A1', '\t=1', '\r=1', ' =1', '＝1', "'=1"])('writes %j as text', (cell) => {
    expect(toCsv(['a'], [{ a: cell }])).toBe(`"a"\r\n"'${cell}"\r\n`);
  });

  it.each(['a=1', 'O’Neill', '1-2', ''])('leaves %j as it is', (cell) => {
    expect(toCsv(['a'], [{ a: cell }])).toBe(`"a"\r\n"${cell}"\r\n`);
  });
});

describe('the records of Article 30', () => {
  it('have a row for each controller and one for each processor', () => {
    const rows = toArticle30Rows(example);
    expect(rows.controllers.map(({ controller }) => controller)).toEqual([
      'The Register Office',
      'The Pensions Agency',
    ]);
    expect(rows.processors).toMatchObject([
      { processor: 'Northshire Council', controller: 'The Pensions Agency', 'takes part': 'Yes' },
    ]);
  });

  it('have something in every column that the article asks for', () => {
    for (const frozen of [example, rich, councils]) {
      const { controllers, processors } = toArticle30Rows(frozen);
      for (const row of controllers) {
        expect(Object.keys(row).sort()).toEqual([...controllerColumns].sort());
        for (const [column, cell] of Object.entries(row)) {
          if (column !== 'joint controllers') expect([column, cell]).not.toEqual([column, '']);
        }
      }
      for (const row of processors) {
        expect(Object.keys(row).sort()).toEqual([...processorColumns].sort());
        expect(Object.values(row)).not.toContain('');
      }
    }
  });

  it('say of each council its own data alone, and that it takes part once it has signed', () => {
    const rows = toArticle30Rows(councils).controllers;
    expect(rows.map((row) => row['takes part'])).toEqual([
      'Yes',
      'Yes',
      'Once it has signed',
      'Once it has signed',
    ]);
    expect(rows[0]?.['categories of recipients']).toBe(
      'Northshire Council; Eastbury Borough Council; Wexmoor District Council',
    );
    expect(rows[1]?.['categories of recipients']).toBe("The council's electoral registration officer");
    expect(toArticle30Rows(simple).controllers[1]?.['categories of recipients']).toBe('Nobody else');
  });

  it('tell joint controllers, processors, transfers, conditions and law enforcement', () => {
    const [provider, pensions] = toArticle30Rows(rich).controllers;
    expect(provider?.['joint controllers']).toContain('The Pensions Agency');
    expect(pensions?.['categories of recipients']).toBe(
      [
        'The Audit Office; The Courts; Northshire Council (processor); Wexmoor "District" Council (processor)',
        'Cloud Ltd (processor, Ireland: Keeps the records)',
      ].join('; '),
    );
    expect(pensions?.['transfers and safeguards']).toBe('To Ireland and France. Adequacy regulations.');
    expect(pensions?.['special categories']).toContain('Article 9(2)(g)');
    expect(pensions?.['criminal offences']).toBe('Schedule 1, paragraph 10: To prevent fraud');
    expect(pensions?.['law enforcement']).toContain('section 61');
    expect(pensions?.['time limits for erasure']).toBe(
      'Matched: 6 years, then deleted; Counted: 1 month, then made anonymous; Papers: 1 year and 6 months, then returned',
    );
  });

  it('have no rows for an agreement about nobody', () => {
    const value = exampleAgreement();
    const data: JsonObject = {
      personal: false,
      people: [],
      specialCategories: [],
      criminalOffences: false,
      quality: 'x',
    };
    expect(toArticle30Rows(freezeAgreement({ ...value, data }))).toEqual({ controllers: [], processors: [] });
  });

  it('run nothing in a spreadsheet', () => {
    const { controllers, processors } = toArticle30Csv(toArticle30Rows(rich));
    expect([...readCsv(controllers), ...readCsv(processors)].flat().filter(runs)).toEqual([]);
    expect(readCsv(controllers)).toHaveLength(3);
  });
});

describe('an entry for a register', () => {
  it('has the columns of the register under the Digital Economy Act', () => {
    expect(Object.keys(toRegisterEntry(example))).toEqual([...registerColumns]);
    const [head, row] = readCsv(toRegisterCsv([toRegisterEntry(rich)]));
    expect(head).toEqual([...registerColumns]);
    expect(row?.filter(runs)).toEqual([]);
    expect(row?.[1]).toBe('\'=HYPERLINK("http://evil.example","Deaths")');
  });

  it('has no status that the text cannot know', () => {
    expect(toRegisterEntry(example).isa_status).toBe('');
  });

  it('tells the status, the review and the end from how the agreement stands', () => {
    const standing = { state: 'terminated', reviewBy: '2027-09-30', until: '2027-02-02T00:00:00Z' } as const;
    expect(toRegisterEntry(example, standing)).toMatchObject({
      isa_status: 'Complete',
      review_date: '2027-09-30',
      end_date: '2027-02-01',
    });
    const atNoon = { ...standing, until: '2027-02-01T12:00:00Z' };
    expect(toRegisterEntry(example, atNoon).end_date).toBe('2027-02-01');
    expect(toRegisterEntry(example, { state: 'active' })).toMatchObject({
      isa_status: 'Active',
      review_date: '2027-04-01',
      end_date: '2029-03-31',
    });
  });

  it('takes a standing as it is told everywhere else', () => {
    const entryOf = (standing: Standing) => toRegisterEntry(example, standing);
    expect(entryOf({ state: 'proposed' } as Standing).isa_status).toBe('Proposed');
  });

  it('names who may still join, until they have', () => {
    expect(toRegisterEntry(councils).notes[1]).toContain(
      'Eastbury Borough Council and Wexmoor District Council',
    );
    const standing = {
      state: 'active',
      parties: [{ agency: 'eastbury-council', state: 'taking-part' }],
    } as const;
    expect(toRegisterEntry(councils, standing).notes[1]).toBe(
      'May join later, and is given nothing until then: Wexmoor District Council',
    );
  });

  it('names no person who signs', () => {
    for (const { agreement, digest, text } of [example, rich, councils]) {
      const entry = JSON.stringify(toRegisterEntry({ agreement, digest, text }));
      for (const { name } of agreement.parties.flatMap(({ signatories }) => signatories)) {
        expect(entry).not.toContain(name);
      }
    }
  });
});

it.each([
  ['article-30-controllers.csv', toArticle30Csv(toArticle30Rows(simple)).controllers],
  ['article-30-processors.csv', toArticle30Csv(toArticle30Rows(example)).processors],
  ['register-entry.csv', toRegisterCsv([toRegisterEntry(simple, { state: 'active' })])],
  ['register-entry.json', `${JSON.stringify(toRegisterEntry(simple, { state: 'active' }), null, 2)}\n`],
])('%s is what it was', async (file, text) => {
  await expect(text).toMatchFileSnapshot(`golden/${file}`);
});
