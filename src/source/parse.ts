import type { CST, Document, YAMLError } from 'yaml';
import { Composer, LineCounter, Parser } from 'yaml';
import type { SourceDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';
import { compareLocations, startOf } from '../model/location.ts';
import { refuseText } from './limits.ts';
import type { MarksFound, Place } from './marks.ts';
import { findMarks } from './marks.ts';
import { documentProblem, limitProblems } from './problem.ts';
import type { ReadRanges } from './read-document.ts';
import { readDocument } from './read-document.ts';
import { explainSyntax } from './syntax.ts';

export interface ParsedFile {
  /** Documents without a fault; empty ones, as a trailing `---` makes them, are left out. */
  readonly documents: readonly SourceDocument[];
  /** Every fault of the file, by position. */
  readonly problems: readonly Problem[];
}

/**
 * Parses a YAML 1.2 or JSON file into plain data with the position of every key and value. Refuses what makes a policy
 * ambiguous or unreviewable: duplicate keys, anchors, aliases, merge keys, tags, directives, keys that are not text.
 * Nothing is expanded and cost is bounded before parsing, so an alias bomb costs no more than its text.
 */
export function parseDocuments(file: string, text: string): ParsedFile {
  return parseWithRanges(file, text).parsed;
}

interface RangedFile {
  readonly parsed: ParsedFile;
  /** Of each document. */
  readonly ranges: readonly ReadRanges[];
}

/** As {@link parseDocuments}, with the offsets that its positions come from. */
export function parseWithRanges(file: string, text: string): RangedFile {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const refusal = refuseText(file, plain);
  if (refusal !== null) return refused(refusal);

  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(plain)];
  const place: Place = (start, end) => span(file, lines, start, end);
  const marks = marksOf(tokens, place, file.endsWith('.json'));
  if (marks.tooDeep !== null) return refused(marks.tooDeep);

  const documents: SourceDocument[] = [];
  const ranges: ReadRanges[] = [];
  const problems: Problem[] = [...marks.problems];
  for (const [index, document] of compose(tokens).entries()) {
    const mark = marks.documents[index];
    // Whatever follows an unclosed quote or bracket is only its consequence.
    const causes = document.errors.filter(({ pos }) => pos[0] < (mark?.unclosedAt ?? Infinity));
    for (const error of causes) problems.push(explainError(error, place));
    if (document.errors.length > 0) continue;
    const reading = readDocument(file, index, document, place);
    for (const found of reading.problems) problems.push(found);
    if (reading.problems.length + (mark?.problems.length ?? 0) > 0 || reading.document.data === null) continue;
    documents.push(reading.document);
    ranges.push(reading.ranges);
  }
  if (documents.length + problems.length === 0) {
    problems.push(documentProblem(startOf(file), 'the file holds no document', 'write one into it, or remove it'));
  }
  return { parsed: { documents, problems: arrange(problems) }, ranges };
}

function refused(problem: Problem): RangedFile {
  return { parsed: { documents: [], problems: [problem] }, ranges: [] };
}

interface FileMarks {
  /** In the order of the documents; a directive counts to the document after it. */
  readonly documents: readonly MarksFound[];
  readonly problems: readonly Problem[];
  readonly tooDeep: Problem | null;
}

function marksOf(tokens: readonly CST.Token[], place: Place, isJson: boolean): FileMarks {
  const documents: MarksFound[] = [];
  const problems: Problem[] = [];
  let ofDocument: Problem[] = [];
  for (const token of tokens) {
    const found = findMarks(token, place, isJson);
    if (found.tooDeep !== null) return { documents, problems, tooDeep: found.tooDeep };
    for (const problem of found.problems) {
      problems.push(problem);
      ofDocument.push(problem);
    }
    if (token.type !== 'document') continue;
    documents.push({ ...found, problems: ofDocument });
    ofDocument = [];
  }
  return { documents, problems, tooDeep: null };
}

function compose(tokens: readonly CST.Token[]): readonly Document.Parsed[] {
  const composer = new Composer({
    version: '1.2',
    keepSourceTokens: false,
    uniqueKeys: false,
    prettyErrors: false,
    merge: false,
    logLevel: 'silent',
  });
  // Directives are refused; without them they cannot change how later documents are read either.
  return [...composer.compose(tokens.filter(({ type }) => type !== 'directive'))];
}

function explainError(error: YAMLError, place: Place): Problem {
  const { message, hint } = explainSyntax(error.code, error.message);
  return documentProblem(place(error.pos[0], error.pos[1]), message, hint);
}

function span(file: string, lines: LineCounter, start: number, end: number): Location {
  const from = lines.linePos(start);
  const to = lines.linePos(Math.max(start, end));
  return { file, line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
}

/** By position, one per place, and no more than a person can use. */
function arrange(problems: readonly Problem[]): readonly Problem[] {
  const sorted = [...problems].sort((a, b) => (a.at === null || b.at === null ? 0 : compareLocations(a.at, b.at)));
  const single = sorted.filter(({ at }, index) => {
    const before = sorted[index - 1]?.at;
    return before?.line !== at?.line || before?.column !== at?.column;
  });
  return limitProblems(single);
}
