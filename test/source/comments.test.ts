import { describe, expect, it } from 'vitest';
import { readComments } from '../../src/source/comments.ts';

/** Comment texts with the lines they speak of. */
function scopes(text: string): readonly string[] {
  return readComments('a.yaml', text).map(
    ({ text, scope }) => `${text}: ${scope === null ? 'nothing' : `${scope.first}-${scope.last}`}`,
  );
}

describe('readComments', () => {
  it('gives a comment above a list item the whole item', () => {
    const text = ['list:', '  # above', '  - name: a', '    deep:', '      x: 1', '', '  - name: b', ''].join('\n');
    expect(scopes(text)).toEqual(['above: 3-5']);
  });

  it('gives a comment above a mapping entry the entry with everything below it', () => {
    const text = ['# top', 'a:', '  b: 1', '  c: [1,', '    2]', '# other', 'd: 4', ''].join('\n');
    expect(scopes(text)).toEqual(['top: 2-5', 'other: 7-7']);
  });

  it('gives a comment behind a value its line only', () => {
    expect(scopes('a:\n  b: 1 # here\n  c: 2\n')).toEqual(['here: 2-2']);
  });

  it('lets stacked comments speak of the same entry', () => {
    expect(scopes('list:\n  # one\n  # two\n  - a\n  - b\n')).toEqual(['one: 4-4', 'two: 4-4']);
  });

  it('gives a comment above an entry of brackets that entry', () => {
    expect(scopes('a: [\n  # first\n  { x: 1,\n    y: 2 },\n  { z: 3 },\n]\n')).toEqual(['first: 3-4']);
  });

  it('includes a block of text', () => {
    expect(scopes('# text\na: | # header\n  # not a comment\n  more\n\nb: 1\n')).toEqual(['text: 2-4', 'header: 2-2']);
  });

  it('finds no comment inside quotes, and none that starts without a blank before it', () => {
    expect(scopes('a: "# no"\nb: x#no\nc: \'# no\'\n')).toEqual([]);
  });

  it('speaks of nothing at the end of the file or above an empty line', () => {
    expect(scopes('a: 1\n\n# gap\n\nb: 2\n# end\n')).toEqual(['gap: nothing', 'end: nothing']);
  });

  it('reads every document of a file, with CRLF and a byte order mark', () => {
    expect(scopes('\uFEFF# one\r\na: 1\r\n---\r\n# two\r\nb:\r\n  c: 2\r\n')).toEqual(['one: 2-2', 'two: 5-6']);
  });

  it('gives only what is wanted, and still skips what is stacked in between', () => {
    const text = 'list:\n  # wanted\n  # other\n  - a: 1\n    b: 2\n';
    expect(readComments('a.yaml', text, (comment) => comment === 'wanted')).toMatchObject([
      { text: 'wanted', scope: { first: 4, last: 5 } },
    ]);
  });
});
