import type { Location } from '../model/location.ts';
import { showLocation } from '../model/location.ts';
import type { Paint } from './color.ts';

/** Columns of source shown; longer lines are cut around the place. */
const WINDOW = 88;

/**
 * The source line of a place with carets under the exact span, as compilers show it. Control characters are made
 * visible, so that a file under lint cannot speak to the terminal.
 *
 * @param text content of the file; undefined shows the place only
 */
export function codeFrame(text: string | undefined, at: Location, colors: Paint): string {
  const place = `  ${colors.cyan('-->')} ${showLocation(at)}`;
  const line = text?.split('\n')[at.line - 1]?.replace(/\r$/, '');
  if (line === undefined || line.trim() === '') return place;
  const start = Math.max(0, at.column - 1);
  const end = at.endLine === at.line ? Math.max(start + 1, at.endColumn - 1) : line.length;
  const from = start > WINDOW - 20 ? start - 20 : 0;
  const shown = line.slice(from, from + WINDOW);
  const indent = visible(line.slice(from, start)).replaceAll(/[^\t]/g, ' ');
  const width = Math.max(1, visible(line.slice(start, Math.min(end, from + WINDOW))).length);
  const number = String(at.line);
  const gutter = ' '.repeat(number.length);
  return [
    place,
    ` ${gutter} ${colors.cyan('|')}`,
    ` ${colors.cyan(number)} ${colors.cyan('|')} ${from > 0 ? '…' : ''}${visible(shown)}${line.length > from + WINDOW ? '…' : ''}`,
    ` ${gutter} ${colors.cyan('|')} ${from > 0 ? ' ' : ''}${indent}${colors.red('^'.repeat(width))}`,
  ].join('\n');
}

/** Text with control characters shown as symbols; tabs become two spaces. */
export function visible(text: string): string {
  return text
    .replaceAll('\t', '  ')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => {
      const code = char.charCodeAt(0);
      return code < 32 ? String.fromCharCode(0x2400 + code) : '�';
    });
}
