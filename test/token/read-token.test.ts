import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readToken } from '../../src/token/read-token.ts';
import { WELL_KNOWN_SECRETS } from '../../src/token/well-known-secrets.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function hmacToken(alg: 'HS256' | 'HS384' | 'HS512', secret: string | Buffer): string {
  const input = `${encode({ alg })}.${encode({ sub: 'u1' })}`;
  return `${input}.${createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url')}`;
}

const guess = (token: string, words: readonly string[] = []): string | null | undefined =>
  readToken('a.jwt', token, { words }).token?.guessedSecret;

describe('readToken', () => {
  it('gives header and claims and keeps the signature to itself', () => {
    const token = hmacToken('HS256', 'Zq4t7w!z%C*F-JaNdRgUkXp2s5v8y/B?');
    const { token: facts, problems } = readToken('a.jwt', `${token}\n`);
    expect(problems).toEqual([]);
    expect(facts).toMatchObject({ header: { alg: 'HS256' }, claims: { sub: 'u1' }, guessedSecret: null });
    expect(JSON.stringify(facts)).not.toContain(token.split('.')[2]);
  });

  it.for([
    { alg: 'HS256', secret: 'secret', found: 'a documented default secret (number 1, 6 characters)' },
    { alg: 'HS384', secret: 'changeme', found: /^a documented default secret \(number \d+, 8 characters\)$/ },
    { alg: 'HS512', secret: Buffer.from('supersecretkey', 'base64'), found: /14 characters, decoded as base64\)$/ },
    { alg: 'HS256', secret: '', found: 'the empty secret' },
  ] as const)('recognises a default under $alg: $found', ({ alg, secret, found }) => {
    const guessed = guess(hmacToken(alg, secret));
    if (typeof found === 'string') expect(guessed).toBe(found);
    else expect(guessed).toMatch(found);
  });

  it('tries given words, without the ends of their lines, and never shows them', () => {
    const guessed = guess(hmacToken('HS256', 'Tr0ub4dor&3'), ['one', 'Tr0ub4dor&3\r\n']);
    expect(guessed).toBe('a secret of the word list given (number 2, 11 characters)');
  });

  it('guesses nothing for other algorithms', () => {
    const [, claims, signature] = hmacToken('HS256', 'secret').split('.');
    expect(guess(`${encode({ alg: 'ES256' })}.${claims}.${signature}`)).toBeNull();
  });

  it('knows 60 secrets or more, each once', () => {
    expect(new Set(WELL_KNOWN_SECRETS).size).toBe(WELL_KNOWN_SECRETS.length);
    expect(WELL_KNOWN_SECRETS.length).toBeGreaterThanOrEqual(60);
  });

  it('says what is wrong with what is no token', () => {
    expect(readToken('a.jwt', 'hello')).toMatchObject({
      token: null,
      problems: [{ code: 'token/unreadable', at: { file: 'a.jwt', line: 1 } }],
    });
  });

  it.skipIf(!existsSync('../shared/corpus/hmac-secrets.txt'))(
    'tries a list of 100000 words in seconds (skipped without the corpus)',
    () => {
      const words = readFileSync('../shared/corpus/hmac-secrets.txt', 'utf8').split('\n');
      const last = words.findLast((word) => word.trim().length > 8)?.trim() ?? '';
      expect(guess(hmacToken('HS256', last), words)).toMatch(/^a (secret of the word list given|documented)/);
    },
    20_000,
  );
});
