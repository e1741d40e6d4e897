import { problemTypes, problemUri, type ProblemCode } from './problem-types.js';

/** `docs/problems.md`, made from the table, so that the page cannot say anything else. */
export const problemsPage = (): string =>
  [PREFACE, ...(Object.keys(problemTypes) as ProblemCode[]).map(section)].join('\n\n') + '\n';

const PREFACE = `# Problems

Whatever the broker refuses, it answers with a problem document
([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)), of the media type \`application/problem+json\`:

- \`type\` is one of the names below. It never changes, so programs may rely on it.
- \`title\` and \`status\` are the same each time.
- \`detail\` says what was wrong here, then what to do.
- \`findings\`, where there are any, says for each thing that is wrong where it is (a JSON Pointer) and what is
  wrong with it. It never repeats a value.

An event that an agreement withholds is not a problem but a decision; the ledger shows it, with its reason.

This page is made from \`libs/problem/src/problem-types.ts\`. After a change there, run \`npm run docs:problems\`.`;

function section(code: ProblemCode): string {
  const { status, title, advice } = problemTypes[code];
  return `## ${code}\n\n\`${problemUri(code)}\`, status ${status}\n\n${escaped(`${title}. ${advice}`)}`;
}

const escaped = (sentence: string): string => sentence.replaceAll('_', '\\_');
