import type { Secret } from '../model/secret.ts';
import { spellingsOf } from './spellings.ts';

/** Compact JWTs, whoever made them: three base64url parts of which the first opens a JSON object. */
const JWT = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;

/** Private keys and certificates as PEM. */
const PEM = /-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g;

/** Secrets shorter than this would take ordinary words out of messages; they are masked only where they stand alone. */
const SHORT = 6;

const MASK = '[hidden]';

/** Stands for a text of which nobody can say that it is clean. */
const WITHHELD = '[hidden: it could not be searched for secrets]';

/**
 * Takes known secrets out of a text, in the spellings that programs print them in, and whatever looks like a key or JWT.
 * Fails closed: when the search itself fails, nothing of the text is shown.
 */
export function scrub(text: string, secrets: readonly Secret[]): string {
  try {
    return cleaned(text, secrets);
  } catch {
    return WITHHELD;
  }
}

function cleaned(text: string, secrets: readonly Secret[]): string {
  let clean = text;
  // The longest first: one spelling may be a part of another.
  for (const spelling of secrets
    .flatMap((secret) => spellingsOf(secret.reveal()))
    .toSorted((a, b) => b.length - a.length)) {
    clean = spelling.length < SHORT ? clean.replace(alone(spelling), MASK) : clean.replaceAll(spelling, MASK);
  }
  return clean.replace(PEM, MASK).replace(JWT, MASK);
}

/** The end of what a program said, on one line, scrubbed: where programs put what went wrong. */
export function lastWords(text: string, secrets: readonly Secret[]): string {
  const words = scrub(text, secrets).replaceAll(/\s+/g, ' ').trim();
  return words.length > 300 ? `…${words.slice(-300)}` : words;
}

function alone(word: string): RegExp {
  const literal = word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\w-])${literal}(?![\\w-])`, 'g');
}
