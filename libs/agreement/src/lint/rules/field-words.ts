/** `/deceased/causeOfDeath` → `deceased cause of death`: what keywords are looked for in. */
export const wordsOf = (field: string): string =>
  field
    .replace(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .replace(/[^A-Za-z0-9]+/gu, ' ')
    .toLowerCase()
    .trim();
