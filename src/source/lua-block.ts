/** What changes the meaning of a brace in Lua (5.1, section 2.1): comments, long brackets, strings. */
const MARK = /--\[=*\[|--|\[=*\[|["'{}]/g;

const END_OF_STRING = { '"': /["\\\n]/g, "'": /['\\\n]/g } as const;

/**
 * Passes over a block of Lua.
 *
 * @param from after its opening brace
 * @returns the offset after its closing brace, or the end of the text where none closes it
 */
export function skipLua(text: string, from: number): number {
  let depth = 1;
  MARK.lastIndex = from;
  for (let match = MARK.exec(text); match !== null; match = MARK.exec(text)) {
    const [mark] = match;
    if (mark === '{') depth++;
    else if (mark === '}') {
      if (--depth === 0) return MARK.lastIndex;
    } else MARK.lastIndex = afterText(text, MARK.lastIndex, mark);
  }
  return text.length;
}

function afterText(text: string, from: number, mark: string): number {
  if (mark === '"' || mark === "'") return afterString(text, from, END_OF_STRING[mark]);
  const closing = mark === '--' ? '\n' : mark.replace(/^--/, '').replaceAll('[', ']');
  const end = text.indexOf(closing, from);
  return end < 0 ? text.length : end + closing.length;
}

function afterString(text: string, from: number, marks: RegExp): number {
  marks.lastIndex = from;
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    if (match[0] !== '\\') return marks.lastIndex;
    marks.lastIndex++;
  }
  return text.length;
}
