import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import type { Pointer } from '../../src/model/document.ts';
import { pointerTo } from '../../src/model/document.ts';
import type { Location } from '../../src/model/location.ts';
import { parseDocuments } from '../../src/source/parse.ts';

const TEXT = 'kind: X\nspec:\n  list:\n    - name: a\n      "q/~": 1\n    - [ 1, 2 ]\n  empty:\n  text: |\n    one\n';

const [document] = parseDocuments('a.yaml', TEXT).documents;

describe('positions', () => {
  it.for([
    { pointer: '', value: '1:1', key: '1:1' },
    { pointer: '/kind', value: '1:7', key: '1:1' },
    { pointer: '/spec', value: '3:3', key: '2:1' },
    { pointer: '/spec/list', value: '4:5', key: '3:3' },
    { pointer: '/spec/list/0', value: '4:7', key: '4:7' },
    { pointer: '/spec/list/0/name', value: '4:13', key: '4:7' },
    { pointer: '/spec/list/0/q~1~0', value: '5:14', key: '5:7' },
    { pointer: '/spec/list/1/1', value: '6:12', key: '6:12' },
    { pointer: '/spec/empty', value: '7:3', key: '7:3' },
    { pointer: '/spec/text', value: '8:9', key: '8:3' },
    { pointer: '/spec/list/0/missing/deeper', value: '4:7', key: '4:7' },
    { pointer: '/nothing', value: '1:1', key: '1:1' },
    { pointer: 'no pointer', value: '1:1', key: '1:1' },
  ])('of "$pointer" are $value, its key $key', ({ pointer, value, key }) => {
    const show = (at?: Location): string => `${at?.line}:${at?.column}`;
    expect(show(document?.locate(pointer))).toBe(value);
    expect(show(document?.locateKey(pointer))).toBe(key);
  });

  it('end where the value ends', () => {
    expect(document?.locate('/kind')).toMatchObject({ endLine: 1, endColumn: 8 });
    expect(document?.locateKey('/kind')).toMatchObject({ endLine: 1, endColumn: 5 });
    expect(document?.locate('/spec/list/1')).toMatchObject({ line: 6, column: 7, endLine: 6, endColumn: 15 });
  });

  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), tie('value'), { maxKeys: 4 }),
    ),
  })).value;

  const document_ = fc.dictionary(
    fc.string({ minLength: 1 }).filter((key) => key !== '<<'),
    json,
    { minKeys: 1, maxKeys: 4 },
  );

  const written = fc.record({
    data: document_,
    write: fc.constantFrom(
      (data: unknown) => JSON.stringify(data),
      (data: unknown) => JSON.stringify(data, null, 2),
      (data: unknown) => JSON.stringify(data, null, '\t'),
      (data: unknown) => stringify(data, { aliasDuplicateObjects: false }),
      (data: unknown) => stringify(data, { aliasDuplicateObjects: false, indent: 4, lineWidth: 20 }),
      (data: unknown) => stringify(data, { aliasDuplicateObjects: false, collectionStyle: 'flow' }),
      (data: unknown) => `# comment\n---\n${stringify(data, { aliasDuplicateObjects: false })}`,
    ),
    crlf: fc.boolean(),
    bom: fc.boolean(),
  });

  it('of every value and key of any document point at its text', () => {
    fc.assert(
      fc.property(written, ({ data, write, crlf, bom }) => {
        const plain = write(data);
        // Line ends inside texts would change the texts.
        const text = crlf && !plain.includes('\\') && !plain.includes('|') ? plain.replaceAll('\n', '\r\n') : plain;
        const { documents, problems } = parseDocuments('a.yaml', `${bom ? '\uFEFF' : ''}${text}`);
        expect(problems).toEqual([]);
        expect(documents).toHaveLength(1);
        const [found] = documents;
        expect(JSON.stringify(found?.data)).toBe(JSON.stringify(data));
        for (const [pointer, value] of pointersOf(data, '')) {
          const at = found?.locate(pointer);
          if (at === undefined) throw new Error(pointer);
          expect(parseYaml(cut(text, at), { logLevel: 'silent', strict: false }) as unknown).toEqual(value);
          const key = found?.locateKey(pointer);
          const name = keyOf(pointer);
          if (key === undefined || name === null || Array.isArray(parentOf(data, pointer))) continue;
          expect(parseYaml(cut(text, key), { logLevel: 'silent', schema: 'failsafe' }) as unknown).toBe(name);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function* pointersOf(value: unknown, pointer: Pointer): Generator<readonly [Pointer, unknown]> {
  yield [pointer, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) yield* pointersOf(member, pointerTo(pointer, key));
}

function segments(pointer: Pointer): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function keyOf(pointer: Pointer): string | null {
  return segments(pointer).at(-1) ?? null;
}

function parentOf(data: unknown, pointer: Pointer): unknown {
  return segments(pointer)
    .slice(0, -1)
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], data);
}

/** The text of a location, moved to its column, so that its own lines keep their indentation. */
function cut(text: string, at: Location): string {
  const lines = text.split('\n').slice(at.line - 1, at.endLine);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? '').slice(0, at.endColumn - 1);
  lines[0] = ' '.repeat(at.column - 1) + (lines[0] ?? '').slice(at.column - 1);
  return lines.join('\n');
}
