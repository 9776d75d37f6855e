import { Lexer } from 'yaml';
import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { LeaveOut } from './config-document.ts';
import { documentProblem, leftOut } from './problem.ts';

/** Largest document file. A policy has kilobytes. */
export const MAX_DOCUMENT_BYTES: number = 10 * 1024 * 1024;

/** Deepest nesting of lists and mappings. Our documents nest 9 deep; the parser's stack ends at some thousands. */
export const MAX_DEPTH = 64;

/**
 * Most lexical tokens of a file; an inventory of 1000 verifiers has fewer. Tokens, not bytes, are what parsing costs:
 * this many take at most three seconds and half a gigabyte, while one text of 10 MB takes less than one second.
 */
export const MAX_TOKENS = 300_000;

/** Control characters that the lexer puts between lexemes (yaml, src/parse/cst.ts). They are not in the text. */
const NEXT_IS_SCALAR = '\u001F';
const CONTROL: readonly string[] = ['\u0002', '\u0018', NEXT_IS_SCALAR];

/**
 * Refuses a text that is no document at all or that would cost too much to parse; null when it is fine. Reads lexemes
 * as a stream and stops at the first limit, so that time and memory are bounded whatever the text.
 */
export function refuseText(file: string, text: string): Problem | null {
  return refuseSize(file, text) ?? refuseContent(file, text) ?? refuseCost(file, text);
}

/** Refuses the text of another product's configuration, and tells whom it concerns when it is refused for its cost. */
export function refuseConfig(file: string, text: string, leaveOut: LeaveOut): boolean {
  if (refuseContent(file, text) !== null) return true;
  const refusal = refuseSize(file, text) ?? refuseCost(file, text);
  if (refusal !== null) leaveOut(leftOut(refusal.at ?? startOf(file), refusal.message));
  return refusal !== null;
}

/** Whether a configuration is larger than any that a person wrote; whom it concerns is told. */
export function refuseConfigSize(file: string, text: string, leaveOut: LeaveOut): boolean {
  const refusal = refuseSize(file, text);
  if (refusal !== null) leaveOut(leftOut(startOf(file), refusal.message));
  return refusal !== null;
}

function refuseSize(file: string, text: string): Problem | null {
  const bytes = byteLength(text);
  if (bytes <= MAX_DOCUMENT_BYTES) return null;
  const message = `the file has ${showMegabytes(bytes)}; documents over ${showMegabytes(MAX_DOCUMENT_BYTES)} are not read`;
  return { ...documentProblem(startOf(file), message, 'split it'), code: 'file/too-large' };
}

function refuseContent(file: string, text: string): Problem | null {
  const whole = startOf(file);
  if (text.trim() === '') return documentProblem(whole, 'the file is empty', 'write a document into it, or remove it');
  if (/^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text)) {
    return documentProblem(
      whole,
      'this is HTML, not a document',
      'an error or login page was saved instead of the file; fetch it again',
    );
  }
  return null;
}

/**
 * Whether a text is too short to hold too many tokens, of which there are at most two for a character, and has too few
 * brackets to nest too deeply. Deep indentation is seen later, on the tree.
 */
function isCheap(text: string): boolean {
  if (text.length * 2 > MAX_TOKENS) return false;
  let brackets = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code === OPEN_BRACKET || code === OPEN_BRACE) && (brackets += 1) > MAX_DEPTH) return false;
  }
  return true;
}

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** Length in UTF-8, exact only near the limit: a code unit has one to three bytes (RFC 3629 section 3). */
function byteLength(text: string): number {
  const isNearLimit = text.length <= MAX_DOCUMENT_BYTES && text.length * 3 > MAX_DOCUMENT_BYTES;
  return isNearLimit ? new TextEncoder().encode(text).length : text.length;
}

/** `10.0 MB`, of 1024 * 1024 bytes each; rounded up, so that what is over a limit shows as over it. */
export function showMegabytes(bytes: number): string {
  return `${(Math.ceil((bytes / (1024 * 1024)) * 10) / 10).toFixed(1)} MB`;
}

function refuseCost(file: string, text: string): Problem | null {
  if (isCheap(text)) return null;
  let tokens = 0;
  let offset = 0;
  let depth = 0;
  let scalarNext = false;
  for (const lexeme of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > MAX_TOKENS) {
      return {
        ...documentProblem(
          startOf(file),
          `the file has more than ${MAX_TOKENS} keys, values and marks`,
          'split it; a file holds what one team reviews together',
        ),
        code: 'file/too-large',
      };
    }
    // The text after the mark is content, even when it looks like a bracket or a mark.
    if (!scalarNext) depth += lexeme === '[' || lexeme === '{' ? 1 : lexeme === ']' || lexeme === '}' ? -1 : 0;
    if (depth > MAX_DEPTH) return tooDeep(positionAt(file, text, offset));
    if (scalarNext || !CONTROL.includes(lexeme)) offset += lexeme.length;
    scalarNext = !scalarNext && lexeme === NEXT_IS_SCALAR;
  }
  return null;
}

function positionAt(file: string, text: string, offset: number): Location {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return { file, line, column, endLine: line, endColumn: column + 1 };
}

const NESTED_TOO_DEEP = `lists and mappings are nested deeper than ${MAX_DEPTH}`;

/** Tells that what is deeper than the limit is left out of a configuration that is read otherwise. */
export function leaveOutDeeper(at: Location, leaveOut: LeaveOut): void {
  leaveOut(leftOut(at, `${NESTED_TOO_DEEP}; what is deeper is left out`));
}

/** Lists and mappings nested beyond the limit. */
export function tooDeep(at: Location): Problem {
  return documentProblem(at, NESTED_TOO_DEEP, 'look for unclosed brackets, and for ": " in texts without quotes');
}
