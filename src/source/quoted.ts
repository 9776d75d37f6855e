/**
 * Where a text in double quotes ends, with backslash escapes. Looks from mark to mark: one expression for a whole text
 * runs out of stack on one of megabytes.
 */

const MARKS = /["\\]/g;
const MARKS_OF_LINE = /["\\\n]/g;

/**
 * @param open offset of the opening quote
 * @returns the offset after the closing quote; null when none closes it
 */
export function endOfQuoted(text: string, open: number): number | null {
  const end = markAfter(text, open, MARKS);
  return text[end] === '"' ? end + 1 : null;
}

/**
 * The same for texts that end with their line, whether a quote closes them or not.
 *
 * @returns the offset after the closing quote, or that of the line end
 */
export function endOfQuotedLine(text: string, open: number): number {
  const end = markAfter(text, open, MARKS_OF_LINE);
  return text[end] === '"' ? end + 1 : end;
}

function markAfter(text: string, open: number, marks: RegExp): number {
  marks.lastIndex = open + 1;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] !== '\\') return mark.index;
    // No backslash escapes the end of a line that ends the text.
    if (marks !== MARKS_OF_LINE || text[mark.index + 1] !== '\n') marks.lastIndex = mark.index + 2;
  }
  return text.length;
}
