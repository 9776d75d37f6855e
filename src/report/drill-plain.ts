// oxlint-disable-next-line no-control-regex -- control characters are what this removes
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

/**
 * Text for one line of a terminal or a log: escape sequences, line breaks and direction overrides of hostile names
 * become U+FFFD or a space, so that they cannot move the cursor or forge a line.
 */
export function plain(text: string): string {
  return text.replace(/\r?\n|\t/g, ' ').replace(CONTROL, '\uFFFD');
}

/** Cuts to a width and says so with an ellipsis. */
export function clipped(text: string, width: number): string {
  const clean = plain(text);
  return clean.length > width ? `${clean.slice(0, width - 1)}…` : clean;
}

/** Breaks between words so that no line is wider than `width`, indent included; words longer than a line stay whole. */
export function wrapped(text: string, indent: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, indent + line];
}
