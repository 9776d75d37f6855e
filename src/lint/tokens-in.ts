import type { TokenFacts } from '../model/key.ts';
import type { LeaveOut } from '../source/config-document.ts';
import { leftOut } from '../source/problem.ts';
import { readToken } from '../token/read-token.ts';

/** Header and claims of a JWT are JSON objects, so both begin with `{"`. */
const TOKEN = /(?<![\w.-])eyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]{8,}(?![\w.-])/g;

/** Most tokens of one file that are read. */
const MAX = 100;

/**
 * Tokens that stand in a text about something else, each at its place.
 *
 * @param leaveOut told of a text with more tokens than are read
 */
export function tokensIn(
  { file, text }: { readonly file: string; readonly text: string },
  leaveOut: LeaveOut,
): readonly TokenFacts[] {
  if (!text.includes('.eyJ')) return [];
  const found: TokenFacts[] = [];
  for (const { 0: compact, index } of text.matchAll(TOKEN)) {
    const { token } = readToken(file, compact);
    if (token === null) continue;
    const before = text.slice(0, index).split('\n');
    const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
    const at = { file, line, column, endLine: line, endColumn: column + compact.length };
    if (found.length >= MAX) {
      leaveOut(leftOut(at, `the file holds more than ${MAX} tokens; those from here on are left out`));
      break;
    }
    found.push({ ...token, at });
  }
  return found;
}
