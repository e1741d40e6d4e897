/**
 * The media type that a caller likes best of those that there are (RFC 9110 §12.5.1); the first of them when
 * none is liked, or nothing is said: something to read is better than nothing.
 */
export function preferred<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T {
  const ranges = (accept ?? '').split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, weight: q === undefined ? 1 : Number(q.slice(2)) || 0 };
  });
  const weightOf = (type: string): number => {
    const [group = ''] = type.split('/');
    for (const range of [type, `${group}/*`, '*/*']) {
      const found = ranges.find((one) => one.type === range);
      if (found !== undefined) return found.weight;
    }
    return 0;
  };
  return offered.reduce((best, type) => (weightOf(type) > weightOf(best) ? type : best));
}
