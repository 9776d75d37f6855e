import type { CST } from 'yaml';
import { LineCounter, Parser } from 'yaml';
import type { Location } from '../model/location.ts';

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
 * Real comments of a YAML text, from its tokens: a `#` inside a value is none.
 *
 * @param text of a file that `parseDocuments` has read, which bounds its depth and size
 * @param isWanted chooses by the text of a comment; scopes are only worked out for those
 */
export function readComments(
  file: string,
  text: string,
  isWanted: (comment: string) => boolean = () => true,
): readonly SourceComment[] {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lines = new LineCounter();
  const found: Found = { comments: [], items: [] };
  for (const token of new Parser(lines.addNewLine).parse(plain)) collect(token, found);
  const { comments, items } = found;
  comments.sort((a, b) => a.offset - b.offset);
  const lineOf = (offset: number): number => lines.linePos(offset).line;
  const isAlone = ({ offset }: CST.SourceToken): boolean =>
    plain.slice(plain.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
  const commentLines = new Set(comments.filter(isAlone).map(({ offset }) => lineOf(offset)));
  return comments.flatMap((comment): readonly SourceComment[] => {
    const content = comment.source.replace(/^#+/, '').trim();
    if (!isWanted(content)) return [];
    const start = lines.linePos(comment.offset);
    const end = lines.linePos(comment.offset + comment.source.length);
    const at = { file, line: start.line, column: start.col, endLine: end.line, endColumn: end.col };
    if (!isAlone(comment)) {
      return [{ text: content, at, alone: false, scope: { first: start.line, last: start.line } }];
    }
    // Comments may be stacked; what they speak of begins right below the last of them.
    let first = start.line + 1;
    while (commentLines.has(first)) first += 1;
    const ends = items
      .filter(({ begin }) => lineOf(begin) === first)
      .map(({ begin, item }) => lineOf(Math.max(begin, endOf(item) - 1)));
    return [{ text: content, at, alone: true, scope: ends.length === 0 ? null : { first, last: Math.max(...ends) } }];
  });
}

interface Found {
  readonly comments: CST.SourceToken[];
  /** List items and mapping entries, with the offset of the dash or the key. */
  readonly items: { readonly begin: number; readonly item: Item }[];
}

function collect(root: CST.Token, found: Found): void {
  const open: CST.Token[] = [root];
  for (let token = open.pop(); token !== undefined; token = open.pop()) {
    if (token.type === 'comment') found.comments.push(token);
    for (const child of childrenOf(token)) open.push(child);
    if (token.type !== 'block-map' && token.type !== 'block-seq' && token.type !== 'flow-collection') continue;
    for (const item of token.items) {
      const begin = beginOf(item);
      if (begin !== null) found.items.push({ begin, item });
    }
  }
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
