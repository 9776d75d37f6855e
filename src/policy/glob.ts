/**
 * Whether a path fits a pattern: `*` stands for any text within a folder, `**` for any number of folders, `?` for one
 * character. Everything else is literal. Takes time in proportion to the product of both lengths, whatever they hold.
 */
export function fitsGlob(path: string, pattern: string): boolean {
  return fits(path.split('/'), pattern.split('/'), (part, glob) =>
    glob === '**'
      ? 'any-number'
      : fits(Array.from(part), Array.from(glob), (char, want) =>
            want === '*' ? 'any-number' : want === '?' || want === char ? 'one' : 'none',
          )
        ? 'one'
        : 'none',
  );
}

/** The wanted part stands for any number of parts, for this one, or does not fit it. */
type Fit = 'any-number' | 'one' | 'none';

/** Which beginnings of the wanted parts fit what was read so far, as a row that moves over the parts. */
function fits(parts: readonly string[], wanted: readonly string[], fit: (part: string, want: string) => Fit): boolean {
  const skipped = (row: readonly boolean[]): boolean[] => {
    const next = [...row];
    for (const [index, want] of wanted.entries()) {
      if (next[index] === true && fit('', want) === 'any-number') next[index + 1] = true;
    }
    return next;
  };
  let row = skipped([true, ...wanted.map(() => false)]);
  for (const part of parts) {
    const next = row.map(() => false);
    for (const [index, want] of wanted.entries()) {
      if (row[index] !== true) continue;
      const found = fit(part, want);
      if (found === 'any-number') next[index] = true;
      if (found === 'one') next[index + 1] = true;
    }
    row = skipped(next);
  }
  return row[wanted.length] === true;
}
