import type { Secret } from '../model/secret.ts';

/** Compact JWTs, whoever made them: three base64url parts of which the first opens a JSON object. */
const JWT = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;

/** Private keys and certificates as PEM. */
const PEM = /-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g;

/** Secrets shorter than this would take ordinary words out of messages; they are masked only where they stand alone. */
const SHORT = 6;

const MASK = '[hidden]';

/** Takes known secrets out of a text, in the spellings that programs print them in, and whatever looks like a key or JWT. */
export function scrub(text: string, secrets: readonly Secret[]): string {
  let clean = text;
  // The longest first: one spelling may be a part of another.
  for (const spelling of secrets.flatMap(spellingsOf).toSorted((a, b) => b.length - a.length)) {
    clean = spelling.length < SHORT ? clean.replace(alone(spelling), MASK) : clean.replaceAll(spelling, MASK);
  }
  return clean.replace(PEM, MASK).replace(JWT, MASK);
}

/** The end of what a program said, on one line, scrubbed: where programs put what went wrong. */
export function lastWords(text: string, secrets: readonly Secret[]): string {
  const words = scrub(text, secrets).replaceAll(/\s+/g, ' ').trim();
  return words.length > 300 ? `…${words.slice(-300)}` : words;
}

function spellingsOf(secret: Secret): readonly string[] {
  const value = secret.reveal();
  const base64 = Buffer.from(value, 'utf8').toString('base64');
  const url = Buffer.from(value, 'utf8').toString('base64url');
  const hex = Buffer.from(value, 'utf8').toString('hex');
  const json = JSON.stringify(value).slice(1, -1);
  return [...new Set([value, base64, url, hex, json, encodeURIComponent(value)])].filter((each) => each !== '');
}

function alone(word: string): RegExp {
  const literal = word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\w-])${literal}(?![\\w-])`, 'g');
}
