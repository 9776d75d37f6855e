/** Real histories of issuers. The folder is no part of the repository; without it, these tests are skipped. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answered, judged, lived } from './rounds.ts';

const CORPUS = '../shared/corpus/jwks';
const isHere = existsSync(CORPUS);
const NOW = '2024-11-01T00:00:00Z';

/** What is found at each issuer, by rule, with how often. Errors are faults that are really there. */
const FOUND: Readonly<Record<string, readonly string[]>> = {
  docker: ['1 info jwks/x5t'],
  dropbox: [],
  'entra-common': [
    '1 info jwks/x5t',
    '1 info live/key-swap-in-place',
    '1 warning live/replica-inconsistent',
    '7 info jwks/alg-missing',
  ],
  facebook: ['1 info live/key-swap-in-place'],
  gitlab: [],
  google: [],
  paypal: [
    '1 info jwks/set-size',
    '1 info jwks/use-missing',
    '1 warning jwks/base64url-invalid',
    '5 warning jwks/leading-zero-octets',
    '8 info jwks/alg-missing',
  ],
  spotify: ['1 info live/key-swap-in-place'],
  yahoo: [
    '1 error live/material-reused',
    '1 warning jwks/material-under-many-kids',
    '3 error jwks/rsa-too-small',
    '3 warning jwks/leading-zero-octets',
  ],
};

interface Line {
  readonly at: string;
  readonly jwks: unknown;
}

function linesOf(issuer: string): readonly Line[] {
  const text = readFileSync(`${CORPUS}/${issuer}.history.ndjson`, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line));
}

function counted(findings: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const rule = finding.slice(0, finding.indexOf(':'));
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  return [...counts].map(([rule, count]) => `${count} ${rule}`).sort();
}

/** The moment before another one: the last poll that saw the old set. */
const justBefore = (at: string): string => new Date(Date.parse(at) - 1000).toISOString();

describe.skipIf(!isHere)('histories of real issuers (skipped without the corpus)', () => {
  const issuers = isHere
    ? readdirSync(CORPUS).flatMap((name) => (name.endsWith('.history.ndjson') ? [name.split('.')[0] ?? ''] : []))
    : [];

  it('are all in the table', () => {
    expect(issuers).toEqual(Object.keys(FOUND).sort());
  });

  it.each(issuers)('of %s give what is really there, and no false error', (issuer) => {
    const history = readFileSync(`${CORPUS}/${issuer}.history.ndjson`, 'utf8');
    expect(counted(judged(history, NOW))).toEqual(FOUND[issuer]);
  });

  it.each(issuers)('of %s give the same findings replayed as lived', { timeout: 60_000 }, (issuer) => {
    const lines = linesOf(issuer);
    const rounds = lines.flatMap(({ at, jwks }, index) => {
      const answers = [answered(JSON.stringify(jwks))];
      const next = lines[index + 1];
      return [{ at, answers }, ...(next === undefined ? [] : [{ at: justBefore(next.at), answers }])];
    });
    const replayed = judged(lines.map((line) => JSON.stringify(line)).join('\n'), NOW);
    expect(judged(lived(rounds), NOW)).toEqual(replayed);
  });
});
