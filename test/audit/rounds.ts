import { appendRound } from '../../src/audit/append-round.ts';
import { roundLine } from '../../src/audit/round.ts';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { FetchedDocument } from '../../src/model/ports.ts';

/** Headers that leave nothing to say. */
const HEALTHY = { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=300' };

/** An answer to one fetch of a key set. */
export function answered(body: string, more: Partial<Extract<FetchedDocument, { ok: true }>> = {}): FetchedDocument {
  return { ok: true, address: '203.0.113.7', status: 200, headers: HEALTHY, body, certificateExpires: null, ...more };
}

/** A fetch that brought nothing. */
export function refusedBy(address: string): FetchedDocument {
  return { ok: false, address, status: null, headers: {}, fault: 'refused', message: 'ECONNREFUSED' };
}

const ISSUER = { issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/jwks', environment: null };

export interface Round {
  /** RFC 3339. */
  readonly at: string;
  readonly answers: readonly FetchedDocument[];
}

/** The history that audits at these times leave behind. */
export function lived(rounds: readonly Round[], history = ''): string {
  return rounds.reduce(
    (text, { at, answers }) =>
      appendRound(
        text,
        roundLine(ISSUER, { time: Date.parse(at), jwksUri: ISSUER.jwksUri, discovery: [], keySets: answers }),
      ),
    history,
  );
}

/** What the rules on histories and key sets say: `severity rule: message`, sorted. */
export function judged(history: string, now: string): readonly string[] {
  const inputs = [{ file: 'id.example.com.ndjson', text: history, named: true }];
  const { findings, errors } = lint(readEstate(inputs, { now: Date.parse(now) }));
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
  return findings.map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`).sort();
}
