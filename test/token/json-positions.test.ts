import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duplicateNames, readJson, toData } from '../../src/token/json-positions.ts';

describe('readJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (text, indent) => {
        const written = JSON.stringify(JSON.parse(text), null, indent);
        const reading = readJson('a.json', written);
        expect(reading.ok && toData(reading.root)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses, and never throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', '-', '.', 'e', '\\', 'a', 'true', ' ', '\n'), {
          maxLength: 12,
        }),
        (pieces) => {
          const text = pieces.join('');
          let isJson = true;
          try {
            JSON.parse(text);
          } catch {
            isJson = false;
          }
          expect(readJson('a.json', text).ok).toBe(isJson);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('knows where every name and value stands, over all kinds of line ends', () => {
    const reading = readJson('a.json', '\uFEFF{\r\n  "a": 1,\r  "b":\n [true, "x"]}');
    if (!reading.ok || reading.root.kind !== 'object') throw new Error('not read');
    const places = reading.root.members.map(({ nameStart, nameEnd, value }) => [
      reading.place(nameStart, nameEnd),
      reading.place(value.start, value.end),
    ]);
    expect(places).toEqual([
      [
        { file: 'a.json', line: 2, column: 3, endLine: 2, endColumn: 6 },
        { file: 'a.json', line: 2, column: 8, endLine: 2, endColumn: 9 },
      ],
      [
        { file: 'a.json', line: 3, column: 3, endLine: 3, endColumn: 6 },
        { file: 'a.json', line: 4, column: 2, endLine: 4, endColumn: 13 },
      ],
    ]);
  });

  it('keeps members written twice, compares their names unescaped and lets the last one win', () => {
    const reading = readJson('a.json', '{"kid": "a", "\\u006bid": "b", "x": 1, "kid": "c", "__proto__": 2}');
    if (!reading.ok || reading.root.kind !== 'object') throw new Error('not read');
    expect(duplicateNames(reading.root.members)).toEqual(['kid']);
    expect(Object.entries(Object(toData(reading.root)))).toEqual([
      ['kid', 'c'],
      ['x', 1],
      ['__proto__', 2],
    ]);
  });

  it.for([
    { name: 'nothing', text: ' \n', message: 'the file is empty', at: '1:1' },
    { name: 'a page', text: '\n<!doctype html>', message: 'this is HTML or XML, not JSON', at: '2:1' },
    { name: 'a cut file', text: '{"keys": [', message: 'the file ends in the middle: expected a value', at: '1:11' },
    {
      name: 'a trailing comma',
      text: '{"a": 1,}',
      message: 'this is not JSON: expected a member name in double quotes here',
      at: '1:9',
    },
    {
      name: 'a missing comma',
      text: '{"a": 1\n "b": 2}',
      message: 'this is not JSON: expected "," or "}" here',
      at: '2:2',
    },
    {
      name: 'a second value',
      text: '{} {}',
      message: 'this is not JSON: expected the end of the file here',
      at: '1:4',
    },
    { name: 'a leading zero', text: '[01]', message: 'this is not JSON: expected "," or "]" here', at: '1:3' },
    {
      name: 'a comment',
      text: '{ // x\n}',
      message: 'this is not JSON: expected a member name in double quotes here',
      at: '1:3',
    },
    {
      name: 'a line break in a text',
      text: '["a\nb"]',
      message: 'a text in quotes has no end, or holds a line break or an escape that JSON does not have',
      at: '1:2',
    },
    { name: 'a tower of brackets', text: '['.repeat(100_000), message: 'nested deeper than 32 levels', at: '1:34' },
  ])('says what is wrong with $name and where', ({ text, message, at }) => {
    const reading = readJson('a.json', text);
    expect(reading.ok ? null : [reading.message, `${reading.at.line}:${reading.at.column}`]).toEqual([message, at]);
  });
});
