import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, MAX_TOKENS } from '../../src/source/limits.ts';
import { parseDocuments } from '../../src/source/parse.ts';
import { told } from './told.ts';

const MB = 1024 * 1024;

/** The text over and over, up to a length. */
function filled(length: number, text: string): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}

describe('the limits of documents', () => {
  it('refuse a file over 10 MB, counted in bytes', () => {
    const { documents, problems } = parseDocuments('a.yaml', `a: "${'é'.repeat(5 * MB)}"`);
    expect(documents).toEqual([]);
    expect(problems).toMatchObject([{ code: 'file/too-large' }]);
    expect(told(problems)).toEqual(['1:1 the file has 10.1 MB; documents over 10.0 MB are not read']);
  });

  it('let one long text of nearly 10 MB pass', { timeout: 20_000 }, () => {
    const { documents, problems } = parseDocuments('a.yaml', `a: '${'x'.repeat(10 * MB - 20)}'\nb: 1\n`);
    expect(told(problems)).toEqual([]);
    expect(documents[0]?.locate('/b')).toMatchObject({ line: 2, column: 4 });
  });

  it.for([
    { name: 'keys', unit: 'key: value\n' },
    { name: 'documents', unit: '---\n' },
    { name: 'faults', unit: 'a: b: c\n' },
    { name: 'open quotes', unit: '"' },
    { name: 'aliases', unit: '- *a\n' },
    { name: 'anchors', unit: '&a ' },
    { name: 'duplicate keys', unit: 'a: 1\n' },
    { name: 'directives', unit: '%YAML 1.1\n' },
    { name: 'compact lists', unit: '- ' },
  ])('refuse 10 MB of $name before parsing them', { timeout: 20_000 }, ({ unit }) => {
    const { problems } = parseDocuments('a.yaml', filled(10 * MB, unit));
    expect(told(problems)).toEqual([`1:1 the file has more than ${MAX_TOKENS} keys, values and marks`]);
    expect(problems).toMatchObject([{ code: 'file/too-large' }]);
  });

  it.for([
    { name: 'lists in brackets', text: '['.repeat(10 * MB), at: `1:${MAX_DEPTH + 1}` },
    {
      name: 'mappings in brackets',
      text: `a: 1\nb: ${'{a: '.repeat(100)}${'}'.repeat(100)}\n`,
      at: `2:${4 + 4 * MAX_DEPTH}`,
    },
    { name: 'lists by dashes', text: `${'- '.repeat(100)}\n`, at: `1:${2 * MAX_DEPTH + 1}` },
    {
      name: 'mappings by indentation',
      text: Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
      at: `${MAX_DEPTH + 1}:${MAX_DEPTH + 1}`,
    },
  ])('refuse $name nested too deep, where the limit is passed', ({ text, at }) => {
    const { documents, problems } = parseDocuments('a.yaml', text);
    expect(documents).toEqual([]);
    expect(told(problems)).toEqual([`${at} lists and mappings are nested deeper than ${MAX_DEPTH}`]);
  });

  it('let what nests as deep as allowed pass', () => {
    const text = `${'['.repeat(MAX_DEPTH)}${']'.repeat(MAX_DEPTH)}`;
    expect(parseDocuments('a.yaml', text).problems).toEqual([]);
  });

  it('do not take brackets inside texts for nesting', () => {
    const text = `a: |\n  ${'['.repeat(100)}\nb: "${'{'.repeat(100)}"\nc: x${'['.repeat(100)}\n`;
    expect(parseDocuments('a.yaml', text).problems).toEqual([]);
  });

  it('keep an alias bomb as small as its text', () => {
    const levels = 'abcdefghijklmnopqrstuvwxyz'.split('');
    const text = levels
      .map(
        (name, index) =>
          `${name}: &${name} [${Array(9)
            .fill(index === 0 ? 'x' : `*${levels[index - 1]}`)
            .join(',')}]\n`,
      )
      .join('');
    const { documents, problems } = parseDocuments('a.yaml', text);
    expect(documents).toEqual([]);
    expect(told(problems).slice(0, 3)).toEqual([
      '1:4 anchor "&a" lets one value be used in many places',
      '2:4 anchor "&b" lets one value be used in many places',
      '2:8 alias "*a" stands for a value written elsewhere',
    ]);
    expect(problems).toHaveLength(101);
  });

  it('bound the problems of a file that holds nothing else', { timeout: 20_000 }, () => {
    const { problems } = parseDocuments('a.yaml', `[${filled(250_000, ',')}]`);
    expect(problems).toHaveLength(101);
  });
});
