import type { CST } from 'yaml';
import { LineCounter, Parser } from 'yaml';
import type { Location } from '../model/location.ts';
import { refuseText } from './limits.ts';

/** One comment of a YAML file. */
export interface SourceComment {
  /** Without the `#` and the blanks around it. */
  readonly text: string;
  readonly at: Location;
  /** True when nothing but blanks stands before it on its line. */
  readonly alone: boolean;
  /**
   * The lines it speaks of, first and last: its own line when it follows a value; otherwise the list item or mapping
   * entry that begins on the next line that is not a comment, whole. Null when nothing follows.
   */
  readonly scope: { readonly first: number; readonly last: number } | null;
}

/**
 * Real comments of a YAML text, from its tokens: a `#` inside a value is none. A file that cannot be parsed within the
 * limits of documents has no comments.
 */
export function readComments(file: string, text: string): readonly SourceComment[] {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (!plain.includes('#') || refuseText(file, plain) !== null) return [];
  const lines = new LineCounter();
  const comments: CST.SourceToken[] = [];
  const entries = new Map<number, number>();
  const commentLines = new Set<number>();
  for (const token of new Parser(lines.addNewLine).parse(plain)) collect(token, lines, comments, entries);
  const alone = (at: CST.SourceToken): boolean =>
    plain.slice(plain.lastIndexOf('\n', at.offset - 1) + 1, at.offset).trim() === '';
  for (const comment of comments) if (alone(comment)) commentLines.add(lines.linePos(comment.offset).line);
  return comments.map((comment) => {
    const start = lines.linePos(comment.offset);
    const end = lines.linePos(comment.offset + comment.source.length);
    const isAlone = alone(comment);
    const at = { file, line: start.line, column: start.col, endLine: end.line, endColumn: end.col };
    const own = { first: start.line, last: start.line };
    const scope = isAlone ? scopeBelow(start.line, commentLines, entries) : own;
    return { text: comment.source.replace(/^#+/, '').trim(), at, alone: isAlone, scope };
  });
}

/** Comments may be stacked; what they speak of begins right below the last of them. */
function scopeBelow(
  line: number,
  commentLines: ReadonlySet<number>,
  entries: ReadonlyMap<number, number>,
): SourceComment['scope'] {
  let first = line + 1;
  while (commentLines.has(first)) first += 1;
  const last = entries.get(first);
  return last === undefined ? null : { first, last };
}

/** Gathers comments, and for every line on which list items or mapping entries begin the last line of the longest. */
function collect(root: CST.Token, lines: LineCounter, comments: CST.SourceToken[], entries: Map<number, number>): void {
  const open: CST.Token[] = [root];
  for (let token = open.pop(); token !== undefined; token = open.pop()) {
    if (token.type === 'comment') comments.push(token);
    for (const child of childrenOf(token)) open.push(child);
    if (token.type !== 'block-map' && token.type !== 'block-seq' && token.type !== 'flow-collection') continue;
    for (const item of token.items) {
      const begin = beginOf(item);
      if (begin === null) continue;
      const first = lines.linePos(begin).line;
      const last = lines.linePos(Math.max(begin, endOf(item) - 1)).line;
      entries.set(first, Math.max(last, entries.get(first) ?? 0));
    }
  }
  comments.sort((a, b) => a.offset - b.offset);
}

type Item = (CST.BlockMap | CST.BlockSequence | CST.FlowCollection)['items'][number];

/** Offset of the dash or the key. */
function beginOf(item: Item): number | null {
  const dash = item.start.find(({ type }) => type === 'seq-item-ind' || type === 'explicit-key-ind');
  return dash?.offset ?? item.key?.offset ?? item.value?.offset ?? null;
}

/** Offset after the last character that carries meaning: blanks and comments at the end are left out. */
function endOf(item: Item): number {
  const parts = [...item.start, ...given(item.key), ...(item.sep ?? []), ...given(item.value)];
  return Math.max(0, ...parts.map(tokenEnd));
}

function tokenEnd(token: CST.Token): number {
  const { type } = token;
  if (type === 'space' || type === 'newline' || type === 'comment') return 0;
  if (type === 'block-map' || type === 'block-seq') return Math.max(0, ...token.items.map(endOf));
  if (type === 'flow-collection') {
    return Math.max(token.offset + 1, ...token.items.map(endOf), ...token.end.map(tokenEnd));
  }
  if (type === 'block-scalar') {
    // The text begins behind its header: `|`, a comment, a line end.
    return Math.max(token.offset, ...token.props.map(headerEnd)) + token.source.trimEnd().length;
  }
  return headerEnd(token);
}

function headerEnd(token: CST.Token): number {
  return 'source' in token ? token.offset + token.source.length : token.offset;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  const { type } = token;
  if (type === 'document') return [...token.start, ...given(token.value), ...(token.end ?? [])];
  if (type === 'block-scalar') return token.props;
  if (type === 'block-map' || type === 'block-seq' || type === 'flow-collection') {
    const inside = token.items.flatMap((item) => [
      ...item.start,
      ...given(item.key),
      ...(item.sep ?? []),
      ...given(item.value),
    ]);
    return type === 'flow-collection' ? [token.start, ...inside, ...token.end] : inside;
  }
  return 'end' in token ? (token.end ?? []) : [];
}

function given(token: CST.Token | null | undefined): readonly CST.Token[] {
  return token === null || token === undefined ? [] : [token];
}
