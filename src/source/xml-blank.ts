/**
 * Blanks comments of XML, and elements that are not wanted with all they hold; positions hold. Looks for each end once:
 * what nothing closes is left as it is.
 *
 * @param elements names without brackets
 */
export function blankXml(text: string, elements: readonly string[] = []): string {
  const marks = new Map([
    ['<!--', '-->'],
    ...elements.map((name): readonly [string, string] => [`<${name}>`, `</${name}>`]),
  ]);
  const parts: string[] = [];
  let from = 0;
  const opening = new RegExp([...marks.keys()].join('|'), 'g');
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const close = marks.get(match[0]);
    const end = close === undefined ? -1 : text.indexOf(close, opening.lastIndex);
    if (close === undefined || end < 0) {
      marks.delete(match[0]);
      continue;
    }
    parts.push(text.slice(from, match.index), text.slice(match.index, end + close.length).replaceAll(/[^\n]/g, ' '));
    from = end + close.length;
    opening.lastIndex = from;
  }
  return parts.join('') + text.slice(from);
}
