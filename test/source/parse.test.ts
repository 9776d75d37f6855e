import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocuments } from '../../src/source/parse.ts';
import { told } from './told.ts';

interface Trap {
  readonly name: string;
  readonly text: string;
  readonly says: readonly string[];
  readonly file?: string;
}

const DUPLICATE = 'is given twice, first at';
const ANCHOR = 'lets one value be used in many places';
const ALIAS = 'stands for a value written elsewhere';

const TRAPS: readonly Trap[] = [
  {
    name: 'duplicate keys, both places named',
    text: 'a: 1\nb:\n  c: 1\n  c: 2\na: 3\n',
    says: [`4:3 key "c" ${DUPLICATE} line 3, column 3`, `5:1 key "a" ${DUPLICATE} line 1, column 1`],
  },
  {
    name: 'duplicate keys spelt differently',
    text: 'a: 1\n"a": 2\n',
    says: [`2:1 key "a" ${DUPLICATE} line 1, column 1`],
  },
  {
    name: 'a key that is there three times',
    text: '{a: 1, a: 2, a: 3}',
    says: [`1:8 key "a" ${DUPLICATE} line 1, column 2`, `1:14 key "a" ${DUPLICATE} line 1, column 2`],
  },
  {
    name: 'duplicate keys behind a byte order mark',
    text: '\uFEFFa: 1\na: 2\n',
    says: [`2:1 key "a" ${DUPLICATE} line 1, column 1`],
  },
  {
    name: 'duplicate keys in CRLF text',
    text: 'a: 1\r\nb:\r\n  c: 1\r\n  c: 2\r\n',
    says: [`4:3 key "c" ${DUPLICATE} line 3, column 3`],
  },
  {
    name: 'duplicate keys behind a character of two code units',
    text: '{"\u{1F511}": 1, "a": 1, "a": 2}',
    says: [`1:19 key "a" ${DUPLICATE} line 1, column 11`],
  },
  {
    name: 'anchors, aliases and merge keys',
    text: 'base: &b {x: 1}\na:\n  <<: *b\n',
    says: [`1:7 anchor "&b" ${ANCHOR}`, '3:3 merge key "<<" takes members from elsewhere', `3:7 alias "*b" ${ALIAS}`],
  },
  { name: 'an anchor far from its value', text: 'a:   &x   1\n', says: [`1:6 anchor "&x" ${ANCHOR}`] },
  { name: 'an anchor on a key', text: '&k a: 1\n', says: [`1:1 anchor "&k" ${ANCHOR}`] },
  { name: 'an alias as a key', text: 'a: 1\n*x : 2\n', says: [`2:1 alias "*x" ${ALIAS}`] },
  {
    name: 'a wildcard host without quotes',
    text: 'allow: [*.example.com]\n',
    says: [`1:9 alias "*.example.com" ${ALIAS}`],
  },
  {
    name: 'tags',
    text: 'a: !foo bar\nb: !!binary aGk=\nc: !<tag:x,2020:y> 1\n! d: 1\n',
    says: [
      '1:4 tag "!foo" has no meaning here',
      '2:4 tag "!!binary" has no meaning here',
      '3:4 tag "!<tag:x,2020:y>" has no meaning here',
      '4:1 tag "!" has no meaning here',
    ],
  },
  {
    name: 'a directive that changes what no means',
    text: '%YAML 1.1\n---\na: no\n',
    says: ['1:1 directive "%YAML 1.1" changes how the file is read'],
  },
  {
    name: 'a directive of tags',
    text: '%TAG ! tag:x,2000:\n---\na: 1\n',
    says: ['1:1 directive "%TAG ! tag:x,2000:" changes how the file is read'],
  },
  {
    name: 'directives without a document',
    text: '%YAML 1.1\n',
    says: ['1:1 directive "%YAML 1.1" changes how the file is read'],
  },
  {
    name: 'keys that are not text',
    text: '5: a\ntrue: b\n? [c]\n: d\n? {e: 1}\n: f\n~: g\n: h\n1.5: i\n',
    says: [
      '1:1 a key must be text, not 5',
      '2:1 a key must be text, not true',
      '3:3 a key must be text, not a list or mapping',
      '5:3 a key must be text, not a list or mapping',
      '7:1 a key must be text, not empty',
      '8:1 a key must be text, not empty',
      '9:1 a key must be text, not 1.5',
    ],
  },
  { name: 'a tab as indentation', text: 'a:\n\tb: 1\n', says: ['2:1 a tab cannot indent YAML'] },
  { name: 'a tab after spaces', text: 'a:\n  b: 1\n\tc: 2\n', says: ['3:1 a tab cannot indent YAML'] },
  { name: 'an unclosed double quote', text: 'a: "x\nb: 1\n', says: ['1:4 " is not closed'] },
  { name: 'an unclosed quote that ends in an escaped one', text: 'a: "x\\"\n', says: ['1:4 " is not closed'] },
  { name: 'an unclosed single quote', text: "b: 1\na: 'it''s\n", says: ["2:4 ' is not closed"] },
  { name: 'an unclosed bracket', text: 'a: [1, 2\nb: 3\n', says: ['1:4 [ is not closed'] },
  { name: 'an unclosed brace', text: 'a: {b: 1\nc: 3\n', says: ['1:4 { is not closed'] },
  { name: 'a text with a colon', text: 'a: b: c\n', says: ['1:4 a mapping cannot start on the line of another key'] },
  {
    name: 'a key without a colon',
    text: 'a: 1\nbcd\ne: 2\n',
    says: ['2:1 a key must be on one line and followed by ":"'],
  },
  { name: 'indentation that fits no level', text: 'a:\n   b: 1\n  c: 2\n', says: ['3:1 the indentation does not fit'] },
  {
    name: 'a list item without its dash',
    text: 'a:\n- b: 1\n c: 2\n',
    says: ['3:1 sequence item without - indicator'],
  },
  {
    name: 'a reserved first character',
    text: 'a: @foo\n',
    says: ['1:4 plain value cannot start with reserved character @'],
  },
  { name: 'an unknown escape', text: 'a: "\\q"\n', says: ['1:5 invalid escape sequence \\q'] },
  { name: 'an apostrophe inside single quotes', text: "a: 'it's'\n", says: ['1:8 this does not belong here'] },
  {
    name: 'faults of several documents',
    text: 'a: 1\na: 2\n---\nb: 1\n---\nc: [1\n',
    says: [`2:1 key "a" ${DUPLICATE} line 1, column 1`, '6:4 [ is not closed'],
  },
  { name: 'nothing', text: '', says: ['1:1 the file is empty'] },
  { name: 'a byte order mark and blanks', text: '\uFEFF \n\r\n\t', says: ['1:1 the file is empty'] },
  { name: 'comments only', text: '# later\n', says: ['1:1 the file holds no document'] },
  { name: 'separators only', text: '---\n---\n...\n', says: ['1:1 the file holds no document'] },
  { name: 'an HTML page', text: '\n<!DOCTYPE html>\n<p>502</p>', says: ['1:1 this is HTML, not a document'] },
  { name: 'a comment in JSON', file: 'a.json', text: '{"a": 1 // x\n}', says: ['1:7 this is not a JSON value'] },
  {
    name: 'a forgotten comma in JSON',
    file: 'a.json',
    text: '{"a": 1 "b": 2}',
    says: ['1:7 this is not a JSON value'],
  },
  {
    name: 'words of YAML in JSON',
    file: 'a.json',
    text: '{"a": yes, "b": .inf}',
    says: ['1:7 this is not a JSON value', '1:17 this is not a JSON value'],
  },
  {
    name: 'a duplicate member in JSON',
    file: 'a.json',
    text: '{"a": 1,\n "a": 2}',
    says: [`2:2 key "a" ${DUPLICATE} line 1, column 2`],
  },
];

describe('parsing documents', () => {
  it.for(TRAPS)('refuses $name', ({ text, says, file = 'a.yaml' }) => {
    const { problems } = parseDocuments(file, text);
    expect(told(problems)).toEqual(says);
    for (const { code, hint, at } of problems) {
      expect(code).toBe('document/invalid');
      expect(hint).not.toBe('');
      expect(at?.file).toBe(file);
    }
  });

  it('gives the documents beside a refused one, each with its number', () => {
    const { documents } = parseDocuments('a.yaml', 'a: 1\n---\nb: 1\nb: 2\n---\nc: 3\n');
    expect(documents.map(({ index, data }) => ({ index, data }))).toEqual([
      { index: 0, data: { a: 1 } },
      { index: 2, data: { c: 3 } },
    ]);
  });

  it('gives no document that a refused directive speaks about', () => {
    expect(parseDocuments('a.yaml', '%YAML 1.1\n---\na: no\n---\nb: no\n').documents).toMatchObject([
      { index: 1, data: { b: 'no' } },
    ]);
  });

  it.for([
    { name: 'a trailing separator', text: 'a: 1\n---\n', data: [{ a: 1 }] },
    { name: 'CRLF', text: 'a: 1\r\nb: |\r\n  x\r\n  y\r\n', data: [{ a: 1, b: 'x\ny\n' }] },
    { name: 'a byte order mark', text: '\uFEFF{"a": 1}', data: [{ a: 1 }] },
    { name: 'JSON with tabs', text: '{\n\t"a": {\n\t\t"b": [1, null]\n\t}\n}\n', data: [{ a: { b: [1, null] } }] },
    { name: 'JSON escapes', text: '{"a": "\\ud83d\\udd11\\/\\u00e9"}', data: [{ a: '\u{1F511}/é' }] },
    {
      name: 'the words of YAML 1.1 as text',
      text: 'a: [yes, off, 12:30:45, 2026-01-01]',
      data: [{ a: ['yes', 'off', '12:30:45', '2026-01-01'] }],
    },
    { name: 'the directive that changes nothing', text: '%YAML 1.2\n---\na: no\n', data: [{ a: 'no' }] },
    { name: 'empty values', text: 'a:\nb: [ , c ]\n', data: null },
    {
      name: 'a key named __proto__ as data',
      text: '__proto__: {polluted: true}\n',
      data: [JSON.parse('{"__proto__":{"polluted":true}}')],
    },
    {
      name: 'marks inside texts',
      text: 'a: "*x &y !z <<"\nb: |\n  &a *b\n  [ { "\n',
      data: [{ a: '*x &y !z <<', b: '&a *b\n[ { "\n' }],
    },
    {
      name: 'quotes inside texts',
      text: `a: "\\\\"\nb: ''''\nc: "'"\nd: it's\n`,
      data: [{ a: '\\', b: "'", c: "'", d: "it's" }],
    },
    { name: 'a single value', text: 'hello\n', data: ['hello'] },
  ])('reads $name', ({ text, data }) => {
    const { documents, problems } = parseDocuments('a.yaml', text);
    if (data === null) return expect(told(problems)).toEqual(['2:6 this does not belong here']);
    expect(told(problems)).toEqual([]);
    expect(documents.map((document) => document.data)).toEqual(data);
  });

  it('keeps a key named __proto__ from changing the prototype of anything', () => {
    const { documents } = parseDocuments('a.yaml', '__proto__: {polluted: true}\na: 1\n');
    const data = documents[0]?.data;
    expect(Object.keys(data ?? {})).toEqual(['__proto__', 'a']);
    expect(data).not.toHaveProperty('polluted');
  });

  it('tells a hundred faults and how many more there are', () => {
    const text = Array.from({ length: 250 }, (_, index) => `k${index}: !x ${index}\n`).join('');
    const { problems } = parseDocuments('a.yaml', text);
    expect(problems).toHaveLength(101);
    expect(told(problems).at(-1)).toBe('101:7 150 more faults follow');
  });

  it('cuts long keys and marks, and shows no token among them', () => {
    const long = 'x'.repeat(100_000);
    const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.';
    for (const text of [`{${long}: 1, ${long}: 2}`, `a: *${long}`, `a: &${long} b`, `a: !${long} b`, `%${long}`]) {
      const [problem] = parseDocuments('a.yaml', text).problems;
      expect(problem?.message.length).toBeLessThan(200);
    }
    expect(told(parseDocuments('a.yaml', `${token}: 1\n${token}: 2\n`).problems)).toEqual([
      `2:1 key a token or key (not shown) ${DUPLICATE} line 1, column 1`,
    ]);
  });

  it('repeats no text of the file where it could be a secret', () => {
    const { problems } = parseDocuments('a.yaml', 'a: "open" s3cr3t\nb: "x" "s3cr3t"\n');
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain('s3cr3t');
  });

  const fragments = [
    'a',
    'b',
    ': ',
    ':',
    '- ',
    '? ',
    '\n',
    '\n  ',
    '\r\n',
    '\t',
    '[',
    ']',
    '{',
    '}',
    ', ',
    '"',
    "'",
    '\\',
  ];
  const marks = [
    '&x ',
    '*x ',
    '!t ',
    '<<',
    '#',
    '|',
    '>',
    '%YAML 1.1',
    '---\n',
    '...\n',
    '\uFEFF',
    '\u0002',
    '\u0018',
    '\u001f',
    '1',
    '~',
  ];

  it('ends for any text with documents or problems, all within the text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments, ...marks), { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const { documents, problems } = parseDocuments('a.yaml', text);
        expect(documents.length + problems.length).toBeGreaterThan(0);
        for (const { at } of problems) {
          expect(at?.line).toBeGreaterThanOrEqual(1);
          expect(at?.line).toBeLessThanOrEqual(text.split('\n').length);
          expect(at?.column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
