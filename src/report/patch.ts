/** Lines of context around a change, as `diff -u` and git have them. */
const CONTEXT = 3;

/** Most lines of a changed stretch that are compared one by one; a longer one is shown as replaced whole. */
const MAX_COMPARED = 2_000;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * What changed between two versions of a file, as a patch that `git apply` and `patch -p1` take. Empty when nothing did.
 */
export function unifiedPatch(file: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = compare(linesOf(before), linesOf(after));
  return [`--- a/${file}\n`, `+++ b/${file}\n`, ...hunksOf(lines)].join('');
}

/** Lines with their ends, so that a last line without one is told apart. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const kept = (lines: readonly string[]): readonly Line[] => lines.map((text) => ({ mark: ' ', text }));
  return [
    ...kept(before.slice(0, start)),
    ...compareMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...kept(before.slice(before.length - end)),
  ];
}

/** By the longest common subsequence, which keeps the patch as small as it can be. */
function compareMiddle(before: readonly string[], after: readonly string[]): readonly Line[] {
  if (before.length > MAX_COMPARED || after.length > MAX_COMPARED) {
    return [...before.map((text): Line => ({ mark: '-', text })), ...after.map((text): Line => ({ mark: '+', text }))];
  }
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const lengthAt = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        before[i] === after[j] ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
    }
  }
  const result: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, fresh] = [before[i], after[j]];
    if (old !== undefined && old === fresh) {
      result.push({ mark: ' ', text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (fresh === undefined || lengthAt(i + 1, j) >= lengthAt(i, j + 1))) {
      result.push({ mark: '-', text: old });
      i += 1;
    } else {
      result.push({ mark: '+', text: fresh ?? '' });
      j += 1;
    }
  }
  return result;
}

function hunksOf(lines: readonly Line[]): readonly string[] {
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ mark }) => mark !== ' '),
  );
  const hunks: string[] = [];
  let [oldLine, newLine] = [1, 1];
  for (let index = 0; index < lines.length;) {
    let end = index;
    while (end < lines.length && shown[end] === shown[index]) end += 1;
    const part = lines.slice(index, end);
    const olds = part.filter(({ mark }) => mark !== '+').length;
    const news = part.filter(({ mark }) => mark !== '-').length;
    if (shown[index] === true)
      hunks.push(hunkText(part, { line: oldLine, count: olds }, { line: newLine, count: news }));
    oldLine += olds;
    newLine += news;
    index = end;
  }
  return hunks;
}

interface Side {
  readonly line: number;
  readonly count: number;
}

function hunkText(lines: readonly Line[], old: Side, fresh: Side): string {
  // An empty side begins at the line before it (POSIX diff, unified format).
  const range = ({ line, count }: Side): string =>
    count === 1 ? String(line) : `${count === 0 ? line - 1 : line},${count}`;
  const body = lines.map(({ mark, text }) =>
    text.endsWith('\n') ? `${mark}${text}` : `${mark}${text}\n\\ No newline at end of file\n`,
  );
  return `@@ -${range(old)} +${range(fresh)} @@\n${body.join('')}`;
}
