import type { SourceDocument, ValidDocument } from '../../src/model/document.ts';
import type { Problem } from '../../src/model/failure.ts';
import { validateDocument } from '../../src/policy/validate.ts';
import { parseDocuments } from '../../src/source/parse.ts';

/** `line:column message | hint` of each problem, in the order it is told. */
export function told(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ at, message, hint }) => `${at?.line}:${at?.column} ${message} | ${hint}`);
}

/** The only document of a text that parses. */
export function sourceOf(text: string, file = 'a.yaml'): SourceDocument {
  const { documents, problems } = parseDocuments(file, text);
  const [document] = documents;
  if (document === undefined || documents.length > 1) throw new Error(told(problems).join('\n'));
  return document;
}

/** The only document of a text that is valid. */
export function validOf(text: string, file = 'a.yaml'): ValidDocument<unknown> {
  const { document, problems } = validateDocument(sourceOf(text, file));
  if (document === null) throw new Error(told(problems).join('\n'));
  return document;
}

/** The text with one part replaced, which must be there. */
export function changed(text: string, part: string, by: string): string {
  if (!text.includes(part)) throw new Error(`the text has no ${part}`);
  return text.replace(part, by);
}
