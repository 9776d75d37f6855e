import type { Report, Rule } from '../../model/finding.ts';
import { toTimestamp } from '../../model/instant.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, RSA_GOOD } from '../example-keys.ts';
import { FRESH, asOf } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'discovery/drift',
  on: 'history',
  severity: 'error',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'The metadata of an issuer changed where its keys or tokens come from.',
  why: 'Whoever can change jwks_uri or the token endpoint can sign for everybody who follows discovery. A change nobody announced is an attack or a move that the incident plans do not know of yet.',
  fix: 'Ask the owner of the issuer whether the change is theirs; update inventories, policies and drills that name the old address.',
  sources: ['RFC 8414 section 6', 'OWASP ASVS 5.0 section 10.5.3'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [RSA_GOOD], discovery: {} },
            { at: '2026-05-28T00:00:00Z', keys: [RSA_GOOD], discovery: { jwks_uri: 'https://keys.example.net/jwks' } },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [RSA_GOOD], discovery: {} },
            { at: '2026-05-28T00:00:00Z', keys: [RSA_GOOD, EC_GOOD], discovery: {} },
          ]),
        },
        note: 'Keys may change; rules of the family live judge how.',
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    const { observations } = history;
    for (const kind of ['openid', 'oauth'] as const) {
      const seen = observations.flatMap(({ first, discovery }) =>
        discovery.filter((document) => document.kind === kind).map((document) => ({ first, document })),
      );
      const current = seen.at(-1);
      if (current === undefined) continue;
      for (const name of ['issuer', 'jwks_uri', 'token_endpoint', ...ALGORITHMS]) {
        const value = canonical(current.document.members[name]);
        const before = seen.findLast(({ document }) => canonical(document.members[name]) !== value);
        if (before === undefined) continue;
        const since = seen.find(({ first }) => first > before.first) ?? current;
        if (asOf(history, estate) - since.first > FRESH) continue;
        yield {
          at: current.document.locate(name),
          message: `${name} changed on ${toTimestamp(since.first).slice(0, 10)} from ${canonical(before.document.members[name]).slice(0, 150)} to ${value.slice(0, 150)}`,
          severity: ALGORITHMS.includes(name) ? 'warning' : 'error',
          subject: `${kind}/${name}`,
          value,
          related: [{ at: before.document.locate(name), message: 'before' }],
        };
      }
    }
  },
};

const ALGORITHMS: readonly string[] = [
  'id_token_signing_alg_values_supported',
  'token_endpoint_auth_signing_alg_values_supported',
];

function canonical(value: unknown): string {
  if (value === undefined) return 'nothing';
  return JSON.stringify(Array.isArray(value) ? [...value].map(String).sort() : value);
}
