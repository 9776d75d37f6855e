import type { Location } from '../model/location.ts';
import type { ConfigDocument, LeaveOut } from './config-document.ts';
import { refuseConfigSize } from './limits.ts';

/**
 * Hands a file on as it is, for readers that look for a few lines in a grammar too varied or too large to parse whole, as
 * lock files are. Its one value is null; positions come from {@link locateIn}.
 */
export function readTextConfig(file: string, text: string, leaveOut: LeaveOut): readonly ConfigDocument[] {
  if (refuseConfigSize(file, text, leaveOut)) return [];
  const whole = (): Location => locateIn(file, text)(0, 0);
  return [{ file, index: 0, data: null, format: 'text', text, locate: whole, locateKey: whole }];
}

/** Ranges of a text, given as offsets in UTF-16 code units, to places. Lines are counted once. */
export function locateIn(file: string, text: string): (start: number, end: number) => Location {
  let starts: number[] | null = null;
  const position = (offset: number): { readonly line: number; readonly column: number } => {
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
  return (start, end) => {
    const from = position(start);
    const to = position(end);
    return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
