import type { Report, Rule } from '../../model/finding.ts';
import type { ExampleKey } from '../example-keys.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';

/** Real issuers publish one to four keys; per-kid caches hold five. */
const MANY = 10;

/** Verifiers have limits on what they fetch and keep. */
const TOO_MANY = 100;

const KEYS = (count: number): readonly ExampleKey[] =>
  Array.from({ length: count }, (_, index) => ({ ...EC_GOOD, kid: `ec-${index + 1}` }));

export const rule: Rule<'jwks'> = {
  id: 'jwks/set-size',
  on: 'jwks',
  severity: 'info',
  securitySeverity: 2.2,
  confidence: 'certain',
  summary: 'A key set holds more keys than anybody rotates through.',
  why: 'Each published key is one that can leak and be used, and old ones are watched by nobody. Caches of single keys hold five or so and then fetch for every other token.',
  fix: 'Publish the keys in use, their predecessors while their tokens live, and one successor.',
  sources: ['RFC 7517 section 5', 'OpenID Connect Core 1.0 section 10.1.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(...KEYS(12)) } }],
    good: [{ files: { 'jwks.json': keySetText(...KEYS(3)) } }],
  },
  *check({ keys, at }): Iterable<Report> {
    if (keys.length <= MANY) return;
    yield {
      at,
      message: `the set has ${keys.length} keys, more than ${keys.length > TOO_MANY ? TOO_MANY : MANY}`,
      severity: keys.length > TOO_MANY ? 'warning' : 'info',
      subject: 'set size',
      value: keys.length > TOO_MANY ? 'too many' : 'many',
    };
  },
};
