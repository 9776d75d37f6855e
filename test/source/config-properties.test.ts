import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointerTo } from '../../src/model/document.ts';
import { parseConfig } from '../../src/source/parse-config.ts';

function dataOf(text: string): readonly unknown[] {
  return parseConfig('application.properties', text).map(({ data }) => data);
}

describe('Java properties', () => {
  it.for([
    {
      name: 'end a key at an equals sign, a colon or a blank',
      text: 'a=1\nb:2\nc 3\nd = 4\ne : 5',
      data: { a: '1', b: '2', c: '3', d: '4', e: '5' },
    },
    {
      name: 'keep the separators of values',
      text: 'url=https://id.example.com/a=b:c',
      data: { url: 'https://id.example.com/a=b:c' },
    },
    {
      name: 'pass over comments and blank lines',
      text: '# a=1\n  ! b=2\n\n \t\nc=3 # not a comment',
      data: { c: '3 # not a comment' },
    },
    {
      name: 'go on after a backslash, without the blanks of the next line',
      text: 'a=one,\\\n    two,\\\n  three',
      data: { a: 'one,two,three' },
    },
    { name: 'end after an escaped backslash', text: 'a=one\\\\\nb=2', data: { a: 'one\\', b: '2' } },
    { name: 'take a hash in a continued line for text', text: 'a=one\\\n#two', data: { a: 'one#two' } },
    { name: 'know escapes', text: 'a\\ b\\=c=x\\ty\\u0041\\q\\:', data: { 'a b=c': 'x\tyAq:' } },
    { name: 'let the last of two equal keys count', text: 'a=1\na=2', data: { a: '2' } },
    { name: 'have keys without a value', text: 'a\nb=\nc:  ', data: { a: '', b: '', c: '' } },
    { name: 'end lines as Windows and old Macs do', text: 'a=1\r\nb=2\rc=3', data: { a: '1', b: '2', c: '3' } },
    { name: 'may begin with a byte order mark', text: '\uFEFFa=1', data: { a: '1' } },
    { name: 'keep quoted parts of keys', text: '%dev.a."b.c".d=1', data: { '%dev.a."b.c".d': '1' } },
    {
      name: 'take __proto__ for a key',
      text: '__proto__=1\na=2',
      data: JSON.parse('{"__proto__": "1", "a": "2"}') as unknown,
    },
  ])('$name', ({ text, data }) => {
    expect(dataOf(text)).toEqual([data]);
  });

  it('are several documents in Spring Boot', () => {
    const text = 'spring.a=1\n#---\nspring.config.activate.on-profile=prod\nspring.a=2\n!---\nb=3\n';
    expect(dataOf(text)).toEqual([
      { 'spring.a': '1' },
      { 'spring.config.activate.on-profile': 'prod', 'spring.a': '2' },
      { b: '3' },
    ]);
  });

  it('are not split in a comment, at other marks, or where no Spring setting is', () => {
    expect(dataOf('spring.a=1\n# part\n#---\nb=2')).toEqual([{ 'spring.a': '1', b: '2' }]);
    expect(dataOf('spring.a=1\n #---\n#----\nb=2')).toEqual([{ 'spring.a': '1', b: '2' }]);
    expect(dataOf('a=1\n#---\nb=2')).toEqual([{ a: '1', b: '2' }]);
  });

  it('mask what a template engine fills in, and nothing in comments', () => {
    const [document] = parseConfig('a.properties', '##OLD##\nsecret={{ .Values.secret }}\nversion=@project.version@\n');
    expect(document?.data).toEqual({
      secret: expect.stringMatching(/^\uE000+$/) as unknown,
      version: expect.stringMatching(/^\uE000+$/) as unknown,
    });
  });

  it('know the place of keys and values', () => {
    const [document] = parseConfig('a.properties', '# x\n  a.b = one\\\n   two\nempty=\n');
    expect(document?.locate(pointerTo('', 'a.b'))).toMatchObject({ line: 2, column: 9, endLine: 3, endColumn: 7 });
    expect(document?.locateKey(pointerTo('', 'a.b'))).toMatchObject({ line: 2, column: 3, endLine: 2, endColumn: 6 });
    expect(document?.locate(pointerTo('', 'empty'))).toMatchObject({ line: 4, column: 1, endColumn: 6 });
    expect(document?.locate('/nothing')).toMatchObject({ line: 2, column: 3 });
  });

  it('give back what was escaped', () => {
    const escape = (text: string): string =>
      Array.from(text, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    const text = fc.string({ unit: 'binary-ascii' });
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', minLength: 1 }), text, (key, value) => {
        expect(dataOf(`${escape(key)}=${escape(value)}`)).toEqual([Object.fromEntries([[key, value]])]);
      }),
    );
  });

  it('give nothing for an empty file and never throw', () => {
    expect(dataOf('')).toEqual([]);
    expect(dataOf('# only a comment\n')).toEqual([]);
    fc.assert(fc.property(fc.string(), (any) => Array.isArray(dataOf(any))));
  });
});
