import type { ErrorCode } from 'yaml';

interface Explanation {
  /** null keeps the parser's own words; they name the missing character. */
  readonly message: string | null;
  readonly hint: string;
}

const BRACKET = 'look for an unclosed quote or bracket before it';

/** What to do about each kind of syntax error (yaml, src/errors.ts). */
const EXPLANATIONS: Readonly<Record<ErrorCode, Explanation>> = {
  ALIAS_PROPS: { message: null, hint: 'write the value out' },
  BAD_ALIAS: { message: null, hint: 'write the value out, or put quotes around text that starts with & or *' },
  BAD_COLLECTION_TYPE: { message: null, hint: 'remove the tag' },
  BAD_DIRECTIVE: { message: null, hint: 'remove it; documents are YAML 1.2' },
  BAD_DQ_ESCAPE: { message: null, hint: 'use single quotes, or write \\\\ for a backslash' },
  BAD_INDENT: { message: 'the indentation does not fit', hint: 'items of one list or mapping start in one column' },
  BAD_PROP_ORDER: { message: null, hint: 'remove anchors and tags' },
  BAD_SCALAR_START: { message: null, hint: 'put quotes around the text' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a mapping cannot start on the line of another key',
    hint: 'begin it on the next line, or put quotes around a text with ": " in it',
  },
  BLOCK_IN_FLOW: { message: 'a list or mapping in brackets cannot hold indented ones', hint: BRACKET },
  DUPLICATE_KEY: { message: 'this key is given twice', hint: 'remove one of the two' },
  IMPOSSIBLE: { message: null, hint: 'correct the YAML syntax at this place' },
  KEY_OVER_1024_CHARS: { message: 'this key is longer than 1024 characters', hint: 'shorten it' },
  MISSING_CHAR: { message: null, hint: 'look for an unclosed quote or bracket, or a missing ",", "-" or ":"' },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key must be on one line and followed by ":"',
    hint: 'look for a missing ":" after the key, or an unclosed quote',
  },
  MULTIPLE_ANCHORS: { message: null, hint: 'remove the anchors' },
  MULTIPLE_DOCS: { message: null, hint: 'start each document with ---' },
  MULTIPLE_TAGS: { message: null, hint: 'remove the tags' },
  NON_STRING_KEY: { message: 'a key must be text', hint: 'put quotes around it' },
  RESOURCE_EXHAUSTION: { message: 'this is nested too deep to be read', hint: BRACKET },
  TAB_AS_INDENT: { message: 'a tab cannot indent YAML', hint: 'use spaces' },
  TAG_RESOLVE_FAILED: { message: null, hint: 'remove the tag' },
  UNEXPECTED_TOKEN: { message: 'this does not belong here', hint: BRACKET },
};

/** The message and hint for a syntax error. Messages that quote the text are replaced: it could hold a secret. */
export function explainSyntax(code: ErrorCode, original: string): { readonly message: string; readonly hint: string } {
  const { message, hint } = EXPLANATIONS[code];
  const firstLine = original.split('\n')[0] ?? '';
  return { message: message ?? firstLine.charAt(0).toLowerCase() + firstLine.slice(1), hint };
}
