import type { Problem } from '../model/failure.ts';
import type { TokenFacts } from '../model/key.ts';
import { startOf } from '../model/location.ts';
import { decodeToken } from './decode.ts';
import { guessSecret } from './guess-secret.ts';

export interface TokenReading {
  readonly token: TokenFacts | null;
  readonly problems: readonly Problem[];
}

export interface TokenOptions {
  /** HMAC secrets to try beside the built-in ones. */
  readonly words?: readonly string[];
}

/**
 * Reads a file that holds one compact JWT. Nothing is verified but whether a well-known secret signed it; the signature
 * does not leave this function.
 */
export function readToken(file: string, text: string, options: TokenOptions = {}): TokenReading {
  const decoded = decodeToken(text);
  if (!decoded.ok) {
    const problem: Problem = {
      code: 'token/unreadable',
      message: decoded.message,
      hint: decoded.hint,
      at: startOf(file),
    };
    return { token: null, problems: [problem] };
  }
  const { header, claims } = decoded.token;
  const token: TokenFacts = {
    file,
    header,
    claims,
    shown: decoded.shown,
    fingerprint: decoded.fingerprint,
    guessedSecret: guessSecret(decoded.compact, header['alg'], options.words ?? []),
    at: startOf(file),
  };
  return { token, problems: [] };
}
