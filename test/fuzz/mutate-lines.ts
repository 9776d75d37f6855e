import { NAMES } from './mutate-tree.ts';

/** Line ends that files have, and some that they should not have. */
const LINE_ENDS: readonly string[] = ['\r\n', '\r', '\n\n', ' \n', '\\\n', '\u2028', '\n\t', '\u0085'];

/** Words of other types and grammars, for the place of a word. */
const WORDS: readonly string[] = [
  '',
  '""',
  "''",
  '"',
  'null',
  '~',
  'true',
  'off',
  '0',
  '-1',
  '-5m',
  '1e400',
  '.inf',
  'NaN',
  '0x7fffffffffffffffffff',
  '99999999999999999999h',
  '[]',
  '{}',
  '[',
  '{',
  '}',
  '[a, [b], {c: 1}]',
  '{ a = { b = [1] } }',
  '{"a": {"b": [1, null]}}',
  '*',
  '&x',
  '*x',
  '!Ref x',
  '!!binary AA==',
  '|',
  '>-',
  '<<EOF',
  '${var.x}',
  '${X:-5m}',
  '{{ x }}',
  '$x$y${z}',
  '%{if x}',
  '#',
  ';',
  '\\',
  '"\\u001b[31m"',
  '"\\n::error::x"',
  '##vso[task.x]',
  '\u001B[31m',
  '\u202E',
  ...NAMES,
];

/** Changes whole lines and the words on them, which every grammar has. */
export function mutateLines(text: string, next: () => number): string {
  const lines = text.split('\n');
  const rounds = 1 + Math.floor(next() * 3);
  for (let round = 0; round < rounds; round += 1) changeLines(lines, next);
  const end = next() < 0.1 ? (LINE_ENDS[Math.floor(next() * LINE_ENDS.length)] ?? '\n') : '\n';
  return lines.join(end);
}

function changeLines(lines: string[], next: () => number): void {
  const at = Math.floor(next() * lines.length);
  const count = 1 + Math.floor(next() * 6);
  const line = lines[at] ?? '';
  switch (Math.floor(next() * 9)) {
    case 0:
      lines.splice(at, count);
      break;
    case 1:
      lines.splice(at, 0, ...lines.slice(at, at + count));
      break;
    case 2:
      lines.splice(Math.floor(next() * lines.length), 0, ...lines.splice(at, count));
      break;
    case 3:
      lines[at] = next() < 0.5 ? `  ${line}` : line.replace(/^ {1,2}|^\t/, '');
      break;
    case 4:
      // Many of the same, for what takes more than its share of time.
      if (next() < 0.2) lines.splice(at, 0, ...Array.from({ length: 300 }, () => lines.slice(at, at + count)).flat());
      break;
    case 5:
      lines[at] = replaceWord(line, /[\w.$:/-]+(?=\s*[:={])/g, next);
      break;
    default:
      lines[at] = replaceWord(line, /"[^"]*"|'[^']*'|[^\s"',;{}[\]]+/g, next);
  }
}

function replaceWord(line: string, word: RegExp, next: () => number): string {
  const words = [...line.matchAll(word)];
  const chosen = words[Math.floor(next() * words.length)];
  if (chosen === undefined) return line;
  const by = WORDS[Math.floor(next() * WORDS.length)] ?? '';
  return line.slice(0, chosen.index) + by + line.slice(chosen.index + chosen[0].length);
}
