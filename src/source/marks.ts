import type { CST } from 'yaml';
import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';
import { MAX_DEPTH, tooDeep } from './limits.ts';
import { documentProblem } from './problem.ts';
import { showText } from './show-text.ts';

export interface MarksFound {
  readonly problems: readonly Problem[];
  /** Offset of the first quote or bracket without its end; what follows it is read wrongly. Null when there is none. */
  readonly unclosedAt: number | null;
  /** Set when the walk ended early; the token must not be composed. */
  readonly tooDeep: Problem | null;
}

/** Where the text between two offsets stands. */
export type Place = (start: number, end: number) => Location;

/**
 * Finds, in one top-level token of the concrete syntax tree, every mark that makes a document mean more than it shows
 * (anchors, aliases, tags, directives), quotes and brackets without an end, and in JSON files what only YAML accepts.
 * Walks with a list of its own instead of recursion, so that depth cannot end it.
 */
export function findMarks(root: CST.Token, place: Place, isJson: boolean): MarksFound {
  const problems: Problem[] = [];
  let unclosedAt: number | null = null;
  // Two lists in step: an object for each of thousands of tokens would cost more than the walk.
  const open: CST.Token[] = [root];
  const depths: number[] = [0];
  for (let token = open.pop(); token !== undefined; token = open.pop()) {
    const depth = depths.pop() ?? 0;
    if (depth > MAX_DEPTH) {
      return { problems, unclosedAt, tooDeep: tooDeep(place(token.offset, token.offset + 1)) };
    }
    const found = refuseMark(token, place) ?? (isJson ? refuseOutsideJson(token, place) : null);
    if (found !== null) problems.push(found);
    if (isUnclosed(token)) {
      unclosedAt = Math.min(token.offset, unclosedAt ?? token.offset);
      const opening = textOf(token).charAt(0);
      problems.push(
        documentProblem(
          place(token.offset, token.offset + 1),
          `${opening} is not closed`,
          `add the closing ${CLOSING[opening] ?? opening}`,
        ),
      );
    }
    visitChildren(token, (child) => {
      open.push(child);
      depths.push(depth + (isCollection(child) ? 1 : 0));
    });
  }
  return { problems, unclosedAt, tooDeep: null };
}

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}' };

function isUnclosed(token: CST.Token): boolean {
  if (token.type === 'double-quoted-scalar') {
    // The lexer stops at the first quote that no backslash escapes, or at the end of the text.
    return token.source.length < 2 || !token.source.endsWith('"') || backslashesBefore(token.source) % 2 === 1;
  }
  // Quotes inside single quotes come in pairs; with the two outer ones their number is even.
  if (token.type === 'single-quoted-scalar') return token.source.split("'").length % 2 === 0;
  if (token.type !== 'flow-collection') return false;
  return !token.end.some(({ type }) => type === 'flow-map-end' || type === 'flow-seq-end');
}

/** Number of backslashes before the last character. */
function backslashesBefore(text: string): number {
  let count = 0;
  while (text.charAt(text.length - 2 - count) === '\\') count += 1;
  return count;
}

/** RFC 8259 sections 3 and 6: a value is quoted text, a number, true, false or null. */
const JSON_SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** A forgotten comma or a comment in JSON is part of a text in YAML. */
function refuseOutsideJson(token: CST.Token, place: Place): Problem | null {
  if (token.type !== 'scalar' || token.source === '' || JSON_SCALAR.test(token.source)) return null;
  return documentProblem(
    place(token.offset, token.offset + token.source.length),
    'this is not a JSON value',
    'put double quotes around text, look for a missing comma, remove comments',
  );
}

function isCollection({ type }: CST.Token): boolean {
  return type === 'block-map' || type === 'block-seq' || type === 'flow-collection';
}

/** Children that can be wrong: values, and marks among the blanks, indicators and comments around them. */
function visitChildren(token: CST.Token, visit: (child: CST.Token) => void): void {
  const marks = (tokens: readonly CST.SourceToken[] | undefined): void => {
    if (tokens === undefined) return;
    for (const each of tokens) if (MARKS.has(each.type)) visit(each);
  };
  if (token.type === 'document') {
    marks(token.start);
    if (token.value !== undefined) visit(token.value);
  } else if (token.type === 'block-scalar') {
    for (const prop of token.props) visit(prop);
  } else if (token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection') {
    for (const { start, key, sep, value } of token.items) {
      marks(start);
      if (key !== null && key !== undefined) visit(key);
      marks(sep);
      if (value !== undefined) visit(value);
    }
  }
}

const MARKS: ReadonlySet<string> = new Set(['alias', 'anchor', 'tag', 'directive']);

function refuseMark(token: CST.Token, place: Place): Problem | null {
  if (!MARKS.has(token.type)) return null;
  const at = place(token.offset, token.offset + textOf(token).length);
  if (token.type === 'alias') {
    return documentProblem(
      at,
      `alias ${showText(token.source)} stands for a value written elsewhere`,
      'write the value out where it applies; text that starts with * needs quotes',
    );
  }
  if (token.type === 'anchor') {
    return documentProblem(
      at,
      `anchor ${showText(token.source)} lets one value be used in many places`,
      'write the value out where it applies, or use extends',
    );
  }
  if (token.type === 'tag') {
    return documentProblem(
      at,
      `tag ${showText(token.source)} has no meaning here`,
      'remove it; put quotes around what must stay text',
    );
  }
  // Documents are YAML 1.2 already; only this directive changes nothing.
  if (token.type !== 'directive' || /^%YAML[ \t]+1\.2[ \t]*$/.test(token.source)) return null;
  return documentProblem(
    at,
    `directive ${showText(token.source)} changes how the file is read`,
    'remove it; documents are YAML 1.2',
  );
}

function textOf(token: CST.Token): string {
  if (token.type === 'flow-collection') return token.start.source;
  return 'source' in token ? token.source : '';
}
