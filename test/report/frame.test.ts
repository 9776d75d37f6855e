import { describe, expect, it } from 'vitest';
import type { Location } from '../../src/model/location.ts';
import { paint } from '../../src/report/color.ts';
import { codeFrame } from '../../src/report/frame.ts';

const plain = paint(false);

/** Places `span` on its first occurrence in a line. */
function placeOf(text: string, span: string, file = 'a.yaml'): Location {
  const offset = text.indexOf(span);
  const line = text.slice(0, offset).split('\n').length;
  const column = offset - text.lastIndexOf('\n', offset - 1);
  return { file, line, column, endLine: line, endColumn: column + span.length };
}

function frameOf(text: string, span: string): string {
  return `\n${codeFrame(text, placeOf(text, span), plain)}\n`;
}

describe('codeFrame', () => {
  it('puts carets under the exact span', () => {
    expect(frameOf('spec:\n  lifetime: { max: 8h }\n', '8h')).toMatchInlineSnapshot(`
      "
        --> a.yaml:2:20
         |
       2 |   lifetime: { max: 8h }
         |                    ^^
      "
    `);
  });

  it('shows related places in one frame, in other files under their own name', () => {
    const text = 'issuers:\n  - name: main\n    ttl: 5m\nx: 1\ny: 2\nverifiers:\n  - ttl: 1h\n';
    const other = 'objective: 10m\n';
    const frame = codeFrame(
      new Map([
        ['a.yaml', text],
        ['b.yaml', other],
      ]),
      placeOf(text, '1h'),
      plain,
      [
        { at: placeOf(text, '5m'), message: 'edge: 5m' },
        { at: placeOf(other, '10m', 'b.yaml'), message: 'objective: 10m' },
      ],
    );
    expect(`\n${frame}\n`).toMatchInlineSnapshot(`
      "
        --> a.yaml:7:10
         |
       3 |     ttl: 5m
         |          -- edge: 5m
      ...
       7 |   - ttl: 1h
         |          ^^
        ::: b.yaml:1:12
         |
       1 | objective: 10m
         |            --- objective: 10m
      "
    `);
  });

  it('keeps carets in place behind tabs, wide and combining characters', () => {
    expect(frameOf('\tname:\t"名前" e\u0301 bad', 'bad')).toMatchInlineSnapshot(`
      "
        --> a.yaml:1:16
         |
       1 |     name:   "名前" é bad
         |                      ^^^
      "
    `);
  });

  it('does not show the carriage return of CRLF', () => {
    expect(frameOf('a: 1\r\nb: bad\r\n', 'bad')).toMatchInlineSnapshot(`
      "
        --> a.yaml:2:4
         |
       2 | b: bad
         |    ^^^
      "
    `);
  });

  it('makes escape sequences, direction overrides and zero-width characters visible', () => {
    const frame = frameOf('a: \u001b[31mred\u001b]8;;http://x\u0007 \u202eevil\u200b bad', 'bad');
    expect(frame).toContain('a: ␛[31mred␛]8;;http://x␇ �evil� bad');
    expect(frame).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u200b]/);
  });

  it('makes a hostile file name visible', () => {
    const at = { file: 'a\u001b[2J\n::error::.yaml', line: 1, column: 1, endLine: 1, endColumn: 2 };
    expect(codeFrame('x', at, plain)).toMatch(/^ {2}--> a␛\[2J␊::error::\.yaml:1:1\n/);
  });

  it('cuts a long line around the span to 80 columns', () => {
    const text = `key: "${'x'.repeat(5000)}bad${'y'.repeat(5000)}"`;
    const frame = frameOf(text, 'bad');
    for (const line of frame.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const [shown = '', marks = ''] = frame.split('\n').slice(3);
    expect(shown.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('bad');
    expect(shown).toMatch(/\| …x+bady+…$/);
  });

  it('shows a line of a megabyte without looking at all of it', () => {
    const text = `{"keys":[${'{"kty":"RSA"},'.repeat(70_000)}"bad"]}`;
    expect(frameOf(text, '"bad"')).toContain('"bad"]}');
  });

  it('marks a span of several lines on its first line, without blanks at its end', () => {
    const at = { file: 'a.yaml', line: 1, column: 4, endLine: 3, endColumn: 2 };
    expect(`\n${codeFrame('a: {  \n b: 1\n}', at, plain)}\n`).toMatchInlineSnapshot(`
      "
        --> a.yaml:1:4
         |
       1 | a: {
         |    ^
      "
    `);
  });

  it.each([
    { name: 'without text', text: undefined, line: 1 },
    { name: 'beyond the end', text: 'a\n', line: 9 },
    { name: 'of an empty line', text: '\n\n', line: 1 },
  ])('shows only the place $name', ({ text, line }) => {
    expect(codeFrame(text, { file: 'a.yaml', line, column: 1, endLine: line, endColumn: 1 }, plain)).toBe(
      `  --> a.yaml:${line}:1`,
    );
  });

  it('counts related places beyond the eighth', () => {
    const place = (column: number): Location => ({
      file: 'a.yaml',
      line: 1,
      column,
      endLine: 1,
      endColumn: column + 1,
    });
    const notes = Array.from({ length: 10 }, (_, index) => ({ at: place(index + 2), message: `note ${index}` }));
    expect(codeFrame('0123456789x', place(1), plain, notes)).toMatch(/note 7\n {2}and 2 more places$/);
  });

  it('says at the span itself what a related place says of the same span', () => {
    const text = 'ttl: 1h';
    const at = placeOf(text, '1h');
    expect(`\n${codeFrame(text, at, plain, [{ at, message: 'cache: 1h' }])}\n`).toMatchInlineSnapshot(`
      "
        --> a.yaml:1:6
         |
       1 | ttl: 1h
         |      ^^ cache: 1h
      "
    `);
  });
});
