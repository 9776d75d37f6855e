import { LineCounter, isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Document, Node, ParsedNode, YAMLError } from 'yaml';
import type { Pointer, SourceDocument } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';

/** Largest document parsed: a policy has kilobytes, and the parser needs about a second for a megabyte. */
const MAX_DOCUMENT_LENGTH = 10 * 1024 * 1024;

export interface ParsedFile {
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly Problem[];
}

/**
 * Parses a YAML or JSON file into plain data with the position of every key and value. Refuses what makes a policy
 * ambiguous or unreviewable: duplicate keys, anchors, aliases, merge keys, tags, tabs as indentation. Nothing is
 * expanded, so an alias bomb costs no more than its text.
 */
export function parseDocuments(file: string, text: string): ParsedFile {
  if (text.length > MAX_DOCUMENT_LENGTH) {
    return {
      documents: [],
      problems: [
        problem(
          startOf(file),
          `the file has ${text.length} characters; documents over ${MAX_DOCUMENT_LENGTH} are not read`,
          'split it',
          'file/too-large',
        ),
      ],
    };
  }
  if (text.trim() === '') {
    return {
      documents: [],
      problems: [problem(startOf(file), 'the file is empty', 'write a document into it, or remove it')],
    };
  }
  if (/^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text)) {
    return {
      documents: [],
      problems: [
        problem(
          startOf(file),
          'this is HTML, not a document',
          'an error or login page was saved instead of the file; fetch it again',
        ),
      ],
    };
  }
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    keepSourceTokens: true,
    uniqueKeys: false,
    prettyErrors: false,
    merge: false,
  });
  const documents: SourceDocument[] = [];
  const problems: Problem[] = [];
  // Without any document the library returns a marker object instead of an array.
  const list: readonly Document.Parsed<ParsedNode>[] = Array.isArray(parsed) ? parsed : [];
  for (const [index, document] of list.entries()) {
    const reader = new DocumentReader(file, index, lines);
    const read = reader.read(document);
    problems.push(...read.problems);
    if (read.document !== null) documents.push(read.document);
  }
  if (list.length === 0)
    problems.push(problem(startOf(file), 'the file holds only comments', 'write a document into it, or remove it'));
  return { documents, problems };
}

const MESSAGES: Readonly<Record<string, { readonly message: string; readonly hint: string }>> = {
  TAB_AS_INDENT: { message: 'a tab cannot indent YAML', hint: 'use spaces' },
  BAD_INDENT: { message: 'the indentation does not fit', hint: 'items of one list or mapping start in one column' },
  MISSING_CHAR: {
    message: 'something is missing here',
    hint: 'look for an unclosed quote or bracket, or a missing ", " or ":"',
  },
  UNEXPECTED_TOKEN: { message: 'this does not belong here', hint: 'look for an unclosed quote or bracket before it' },
};

class DocumentReader {
  readonly #file: string;
  readonly #index: number;
  readonly #lines: LineCounter;
  readonly #values = new Map<Pointer, Location>();
  readonly #keys = new Map<Pointer, Location>();
  readonly #problems: Problem[] = [];

  constructor(file: string, index: number, lines: LineCounter) {
    this.#file = file;
    this.#index = index;
    this.#lines = lines;
  }

  read(document: Document.Parsed<ParsedNode>): { document: SourceDocument | null; problems: readonly Problem[] } {
    for (const error of document.errors) this.#syntax(error);
    if (document.errors.length > 0) return { document: null, problems: this.#problems };
    const data = this.#value(document.contents, '');
    if (!this.#values.has('')) this.#values.set('', startOf(this.#file));
    const refused = this.#problems.length > 0;
    return { document: refused ? null : this.#finish(data), problems: this.#problems };
  }

  #finish(data: unknown): SourceDocument {
    const values = this.#values;
    const keys = this.#keys;
    const fallback = startOf(this.#file);
    const nearest = (pointer: Pointer): Location => {
      for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
        const found = values.get(at);
        if (found !== undefined) return found;
        if (at === '') return fallback;
      }
    };
    return {
      file: this.#file,
      index: this.#index,
      data,
      locate: nearest,
      locateKey: (pointer) => keys.get(pointer) ?? nearest(pointer),
    };
  }

  #value(node: unknown, pointer: Pointer): unknown {
    if (node === null || node === undefined) return null;
    const at = this.#locationOf(node as Node);
    this.#values.set(pointer, at);
    if (isAlias(node)) {
      this.#refuse(
        at,
        `alias "*${node.source}" refers to another place`,
        'write the value out; reviewers must see it where it applies',
      );
      return null;
    }
    this.#checkDecoration(node as Node, at);
    if (isMap(node)) return this.#mapping(node.items, pointer);
    if (isSeq(node)) return node.items.map((item, index) => this.#value(item, pointerTo(pointer, index)));
    return isScalar(node) ? node.value : null;
  }

  #mapping(items: readonly unknown[], pointer: Pointer): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const item of items) {
      if (!isPair(item)) continue;
      const keyAt = this.#locationOf(item.key as Node);
      if (!isScalar(item.key) || typeof item.key.value !== 'string') {
        this.#refuse(keyAt, 'a key must be text', 'put quotes around it');
        continue;
      }
      const key = item.key.value;
      const below = pointerTo(pointer, key);
      if (key === '<<') {
        this.#refuse(keyAt, 'merge key "<<" is not merged by YAML 1.2', 'write the members out, or use extends');
        continue;
      }
      const before = this.#keys.get(below);
      if (before !== undefined) {
        this.#refuse(
          keyAt,
          `key "${key}" is already given on line ${before.line}`,
          'remove one of the two; readers differ in which they take',
        );
        continue;
      }
      this.#keys.set(below, keyAt);
      // defineProperty, so that a key named __proto__ is data like any other.
      Object.defineProperty(result, key, {
        value: this.#value(item.value, below),
        enumerable: true,
        configurable: true,
        writable: true,
      });
      if (!this.#values.has(below)) this.#values.set(below, keyAt);
    }
    return result;
  }

  #checkDecoration(node: Node, at: Location): void {
    if ('anchor' in node && typeof node.anchor === 'string') {
      this.#refuse(
        at,
        `anchor "&${node.anchor}" hides where a value comes from`,
        'write the value out, or use extends',
      );
    }
    if (typeof node.tag === 'string' && node.tag !== '' && !node.tag.startsWith('tag:yaml.org,2002:')) {
      this.#refuse(at, `tag "${node.tag}" has no meaning here`, 'remove it');
    }
  }

  #syntax(error: YAMLError): void {
    const known = MESSAGES[error.code];
    const at = this.#span(error.pos[0], error.pos[1]);
    const first = error.message.split('\n')[0] ?? '';
    this.#refuse(
      at,
      known === undefined ? lowerFirst(first) : known.message,
      known?.hint ?? 'correct the YAML syntax at this place',
    );
  }

  #refuse(at: Location, message: string, hint: string): void {
    this.#problems.push(problem(at, message, hint));
  }

  #locationOf(node: Node): Location {
    const range = node?.range;
    if (range === undefined || range === null) return startOf(this.#file);
    const start = 'anchor' in node && typeof node.anchor === 'string' ? this.#anchorStart(node, range[0]) : range[0];
    return this.#span(start, range[1]);
  }

  #anchorStart(node: Node, fallback: number): number {
    // The range of a node starts after its properties; the anchor is what the message is about.
    const length = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor.length + 2 : 0;
    return Math.max(0, fallback - length);
  }

  #span(start: number, end: number): Location {
    const from = this.#lines.linePos(start);
    const to = this.#lines.linePos(Math.max(start, end));
    return { file: this.#file, line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
  }
}

function problem(at: Location, message: string, hint: string, code: Problem['code'] = 'document/invalid'): Problem {
  return { code, message, hint, at };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
