import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { ConfigDocument } from '../source/config-document.ts';
import { configFormatOf, parseConfig } from '../source/parse-config.ts';
import type { ConfigNode } from './config-node.ts';
import { child, members, rootOf } from './config-node.ts';
import { rememberedOfText } from './of-text.ts';

/** A file inside a file, such as a member of a ConfigMap. Its positions are those in the file around it. */
export interface EmbeddedDocument {
  readonly document: ConfigDocument;
  /** Name of the resource that holds it. */
  readonly holder: string;
}

/**
 * Documents of the files that a ConfigMap or Secret (`stringData`) holds.
 *
 * @param holds what the text of such a file must match, so that others are not parsed
 */
export function embeddedDocuments(document: ConfigDocument, holds: RegExp): readonly EmbeddedDocument[] {
  const root = rootOf(document);
  const kind = child(root, 'kind')?.value;
  if (kind !== 'ConfigMap' && kind !== 'Secret') return [];
  const name = child(root, 'metadata', 'name')?.value;
  const holder = typeof name === 'string' && !name.includes('\uE000') ? `${kind} ${name}` : kind;
  return members(child(root, kind === 'ConfigMap' ? 'data' : 'stringData')).flatMap(([file, node]) => {
    if (typeof node.value !== 'string' || !holds.test(node.value)) return [];
    const place = placeOf(node);
    const known = configFormatOf(file, node.value) === null ? `${file}.yaml` : file;
    return parseInside(document, known, node.value, place).map((inner) => ({ holder, document: inner }));
  });
}

/**
 * Documents of a text that stands inside another document.
 *
 * @param name by which its grammar is known
 * @param place turns places of the text into those of the file around it
 */
export function parseInside(
  around: ConfigDocument,
  name: string,
  text: string,
  place: (inner: Location) => Location,
): readonly ConfigDocument[] {
  const { file } = around;
  return parseConfig(name, text, (problem) =>
    around.leaveOut?.({ ...problem, at: place(problem.at ?? startOf(name)) }),
  ).map((inner) => ({
    ...inner,
    file,
    locate: (pointer) => place(inner.locate(pointer)),
    locateKey: (pointer) => place(inner.locateKey(pointer)),
  }));
}

const linesOf = rememberedOfText((text) => text.split('\n'));

/** Where a place inside a literal block is in the file; in a quoted text, where escapes move things, the text itself. */
function placeOf(node: ConfigNode): (inner: Location) => Location {
  const { at, document } = node;
  const lines = linesOf(document.text);
  const opening = lines[at.line - 1]?.slice(at.column - 1) ?? '';
  if (!opening.startsWith('|')) return () => at;
  let next = at.line;
  while (lines[next]?.trim() === '') next += 1;
  const first = lines[next] ?? '';
  const indent = first.length - first.trimStart().length;
  return ({ line, column, endLine, endColumn }) => ({
    file: document.file,
    line: at.line + line,
    column: column + indent,
    endLine: at.line + endLine,
    endColumn: endColumn + indent,
  });
}
