import { endOfQuotedLine } from './quoted.ts';

const MARK = /"|\/\/|\/\*/g;

/** Blanks `//` and block comments outside strings; positions hold. What nothing closes is left as it is. */
export function blankComments(text: string): string {
  if (!text.includes('//') && !text.includes('/*')) return text;
  const parts: string[] = [];
  let from = 0;
  MARK.lastIndex = 0;
  for (let match = MARK.exec(text); match !== null; match = MARK.exec(text)) {
    const { 0: mark, index } = match;
    if (mark === '"') {
      MARK.lastIndex = endOfQuotedLine(text, index);
      continue;
    }
    const close = mark === '//' ? text.indexOf('\n', index) : text.indexOf('*/', index + 2);
    if (close < 0 && mark === '/*') break;
    const end = close < 0 ? text.length : mark === '//' ? close : close + 2;
    parts.push(text.slice(from, index), text.slice(index, end).replaceAll(/[^\n]/g, ' '));
    from = end;
    MARK.lastIndex = end;
  }
  return parts.join('') + text.slice(from);
}
