import { cellsOf, visible } from './visible.ts';

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  return cellsOf(text).reduce((sum, { width }) => sum + width, 0);
}

/**
 * One text as lines of at most `width` columns, broken between words, words that are longer than a line anywhere.
 * Hostile characters become visible ones.
 *
 * @param first indent of the first line
 * @param rest indent of the others
 */
export function lined(text: string, width: number, first: string, rest: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let indent = first;
  const flush = (): void => {
    lines.push(indent + line);
    indent = rest;
    line = '';
  };
  // Blanks inside a line are part of tables and stay.
  for (const word of visible(text).split(/(?<=\S)(?= *\S)(?<! ) /)) {
    const blank = line === '' ? '' : ' ';
    if (line !== '' && indent.length + widthOf(line) + 1 + widthOf(word) > width) flush();
    if (indent.length + widthOf(word) <= width || line !== '') {
      line = line === '' ? word : `${line}${blank}${word}`;
      continue;
    }
    for (const piece of pieces(word, Math.max(8, width - rest.length))) {
      if (line !== '') flush();
      line = piece;
    }
  }
  if (line !== '' || lines.length === 0) flush();
  return lines;
}

/** A word without blanks, such as an encoded token, in parts that fit. */
function pieces(word: string, width: number): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const cell of cellsOf(word)) {
    if (used + cell.width > width) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += cell.shown;
    used += cell.width;
  }
  return [...parts, part];
}

/** Cuts a value and says how much is missing. */
export function clippedText(text: string, most: number): string {
  if (text.length <= most) return visible(text);
  const kept = text.slice(0, most).replace(/\p{Surrogate}$/u, '');
  return `${visible(kept)}... (${text.length - kept.length} more characters)`;
}
