import { parseAllDocuments } from 'yaml';

/** Values of every type, for the place of a value of another one. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  ' ',
  '0',
  '-5m',
  '-1',
  '1e400',
  'NaN',
  'unbounded',
  'unknown',
  '5m5m5m',
  '999999999999999999999999d',
  'P-1D',
  '2026-02-30T25:61:61Z',
  'http://',
  'https://[::1',
  'https://evil.test/\u202E\u2066x',
  '\u001B[2J\u001B[31mred\u0007',
  '\u009B31m\u0085\u2028',
  'a\n::error file=a,line=1::injected\n##vso[task.setvariable variable=x]y\n##[error]z',
  '\r::warning::x\r\n::stop-commands::x',
  '</script><script>alert(1)</script><!-- ]]> -->',
  '| a |\n```\n[x](javascript:alert(1)) @everyone <img src=x onerror=alert(1)>',
  '${X:-${Y:-${Z}}}',
  '${X:5m}',
  '{{ .Values.x | quote }}',
  '$(X) #{x} %(x)s @x@ ##X## @@X@@',
  '{"keys":[{"kty":"oct","k":"AA"},{"kty":"RSA","n":"","e":""},null,7]}',
  '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
  'eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.',
  '*',
  '**',
  '(',
  '[a-z',
  '(a+)+$',
  '\uE000',
  '\uD800',
  'x'.repeat(3000),
  [],
  {},
  [null],
  [[]],
  [{}],
  ['', 0, null, {}, ['a']],
  { a: { b: [1] } },
  { '': '' },
  { Ref: 'X' },
  { 'Fn::Sub': '${X}' },
  { valueFrom: { secretKeyRef: { name: 'x' } } },
  { __proto__: null, polluted: true },
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
];

/** Names that are no plain names to JavaScript, to YAML, to JSON pointers or to a terminal. */
export const NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  '0',
  '-1',
  '4294967295',
  '',
  ' ',
  '<<',
  'a/b~0~1',
  'a.b[0].c',
  '$ref',
  '\u001B[31mname\u0007',
  'x\n::error::name',
  '##vso[task.complete]',
  '\u202Ename\u2069',
  'null',
  'true',
];

type Holder = Record<string, unknown> | unknown[];

interface Slot {
  readonly holder: Holder;
  readonly name: string;
}

/**
 * Changes the data of a file and writes it as JSON again, which YAML takes too: values of another type, names that mean
 * something, members left out, doubled and nested deeply. Null for a text that is neither.
 */
export function mutateTree(text: string, next: () => number): string | null {
  const documents = dataOf(text);
  if (documents === null) return null;
  const rounds = 1 + Math.floor(next() * 3);
  for (let round = 0; round < rounds; round += 1) {
    const slots = slotsIn(documents);
    const slot = slots[Math.floor(next() * slots.length)];
    if (slot !== undefined) change(slot, slots, next);
  }
  return documents.map((data) => JSON.stringify(data, null, next() < 0.5 ? 2 : 0) ?? 'null').join('\n---\n');
}

function dataOf(text: string): unknown[] | null {
  try {
    return [JSON.parse(text)];
  } catch {
    if (text.length > 20_000) return null;
  }
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' });
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return null;
  const data: unknown[] = [];
  for (const document of documents) {
    try {
      data.push(document.toJS({ maxAliasCount: 100 }));
    } catch {
      // An alias of an anchor that is not there.
      return null;
    }
  }
  return data.every((each) => typeof each === 'object') ? (JSON.parse(JSON.stringify(data)) as unknown[]) : null;
}

function slotsIn(root: Holder): readonly Slot[] {
  const slots: Slot[] = [];
  const open: Holder[] = [root];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    for (const [name, value] of Object.entries(holder)) {
      slots.push({ holder, name });
      if (typeof value === 'object' && value !== null) open.push(value as Holder);
    }
  }
  return slots;
}

function change({ holder, name }: Slot, slots: readonly Slot[], next: () => number): void {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)];
  const value: unknown = Reflect.get(holder, name);
  switch (Math.floor(next() * 10)) {
    case 0:
      Reflect.deleteProperty(holder, name);
      break;
    case 1:
      set(holder, name, [value]);
      break;
    case 2:
      set(holder, name, Array.isArray(value) ? value[0] : { x: value });
      break;
    case 3:
      set(holder, pick(NAMES) ?? '', value);
      break;
    case 4: {
      // A copy of what stands elsewhere, so that shapes which are known turn up where they are not.
      const other = pick(slots);
      if (other !== undefined) set(holder, name, structuredClone(Reflect.get(other.holder, other.name)));
      break;
    }
    case 5:
      set(holder, name, nested(value, pick([5, 60, 70, 400]) ?? 5));
      break;
    case 6:
      if (Array.isArray(holder)) holder.push(...Array.from({ length: pick([1, 3, 60]) ?? 1 }, () => value));
      break;
    default:
      set(holder, name, structuredClone(pick(VALUES)));
  }
}

function nested(value: unknown, depth: number): unknown {
  let result = value;
  for (let level = 0; level < depth; level += 1) result = level % 2 === 0 ? [result] : { a: result };
  return result;
}

function set(holder: Holder, name: string, value: unknown): void {
  const isAppended = Array.isArray(holder) && !/^\d{1,4}$/.test(name);
  Object.defineProperty(holder, isAppended ? holder.length : name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
