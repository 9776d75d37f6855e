import { visible } from './visible.ts';

/** GitHub refuses comments over 65,536 characters; some room is left for what surrounds a report. */
export const COMMENT_BYTES: number = 60_000;

/** Longest text of a cell; names from files can be of any length. */
const MAX_CELL = 2000;

/**
 * Text that is only text, in a table cell too: no link, mention, reference, formula, image, HTML or second cell comes out
 * of a file, a branch or an issuer.
 */
export function markdownText(text: string, most: number = MAX_CELL): string {
  return (
    clippedMarkdown(visible(text), most)
      .replaceAll(/[\\|*_~[\]#!$]/g, '\\$&')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('`', "'")
      .replaceAll(/@(?=\S)/g, '@\u200b')
      .replaceAll(/#(?=\d)/g, '#\u200b')
      // `GH-12` is an issue.
      .replaceAll(/GH-(?=\d)/gi, (found) => `${found}\u200b`)
      // GitHub makes links of bare addresses.
      .replaceAll(/(https?|ftp):\/\//gi, '$1:\u200b//')
      .replaceAll(/www\./gi, (found) => `${found.slice(0, 3)}\u200b.`)
  );
}

/**
 * A value as code, in a table cell too. Everything but letters, digits and harmless marks is an entity, because escapes
 * do not work in code between backticks and a bar would end the cell.
 */
export function markdownCode(text: string, most: number = MAX_CELL): string {
  const inside = clippedMarkdown(visible(text), most)
    .replaceAll(/[^\p{L}\p{M}\p{N} ,./=+-]|(?<=www)\./giu, (char) => `&#${char.codePointAt(0) ?? 0xfffd};`)
    .replaceAll('&#64;', '&#64;\u200b');
  return `<code>${inside}</code>`;
}

/** Lines as a block of code whose end no line of it can be. */
export function markdownBlock(lines: readonly string[], language = ''): readonly string[] {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length);
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run + 1)));
  return [`${fence}${language}`, ...lines.map(visible), fence];
}

/** Bytes of UTF-8, which a limit in characters holds for too. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Cuts between characters and says so. */
export function clippedMarkdown(text: string, most: number = MAX_CELL): string {
  return text.length > most ? `${text.slice(0, most).replace(/\p{Surrogate}$/u, '')}…` : text;
}
