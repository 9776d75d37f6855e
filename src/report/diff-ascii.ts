/** Characters with a sign of their own in ASCII, as many columns wide. */
const SIGNS: Readonly<Record<string, string>> = { '\u2026': '~', '\u2045': '(' };

/** A text for terminals without Unicode: every other character is written as `\u{...}`, so that none is lost. */
export function inAscii(text: string): string {
  // oxlint-disable-next-line no-control-regex -- everything outside ASCII is meant
  return text.replaceAll(
    /[^\u0000-\u007f]/gu,
    (char) => SIGNS[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
