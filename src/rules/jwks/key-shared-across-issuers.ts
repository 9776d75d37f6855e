import type { Report, Rule, Severity } from '../../model/finding.ts';
import type { JwksFacts, KeyFacts } from '../../model/key.ts';
import { EC_GOOD, EC_OTHER, keySetText } from '../example-keys.ts';
import { materialOf, nameOf } from '../key-diagnosis.ts';

interface Sighting {
  readonly set: JwksFacts;
  readonly key: KeyFacts;
}

export const rule: Rule<'estate'> = {
  id: 'jwks/key-shared-across-issuers',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 6.5,
  confidence: 'likely',
  summary: 'One signing key is published by several issuers, environments or key sets.',
  why: 'A leak in one place is a leak in all of them: the signer of the test environment can write tokens for production. Removing the key in one set revokes it nowhere else.',
  fix: 'Generate a key of its own for each issuer and environment.',
  sources: ['OWASP ASVS 5.0 section 11.1.1', 'SP 800-57 part 1 revision 5 section 5.2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'staging/jwks.json': keySetText(EC_GOOD), 'prod/jwks.json': keySetText(EC_GOOD) },
        note: 'Without a word on whose sets they are, this is information; across environments it is an error.',
      },
    ],
    good: [{ files: { 'staging/jwks.json': keySetText(EC_GOOD), 'prod/jwks.json': keySetText(EC_OTHER) } }],
  },
  *check({ jwks }): Iterable<Report> {
    const sightings = new Map<string, Sighting[]>();
    for (const set of jwks.filter(({ container }) => container !== 'pem')) {
      for (const key of set.keys) {
        const material = materialOf(key);
        if (material === null || material === '') continue;
        sightings.set(material, [...(sightings.get(material) ?? []), { set, key }]);
      }
    }
    for (const [material, group] of sightings) {
      const worst = worstPair(group);
      if (worst === null) continue;
      const { first, second, severity } = worst;
      yield {
        at: second.key.at,
        message: `${nameOf(second.key)} of ${owner(second.set)} is also a key of ${owner(first.set)}`,
        severity,
        subject: `key ${second.key.thumbprint ?? material}`,
        value: second.key.thumbprint ?? material,
        related: [{ at: first.key.at, message: 'the same key' }],
      };
    }
  },
};

interface Pair {
  readonly first: Sighting;
  readonly second: Sighting;
  readonly severity: Severity;
}

const ORDER: readonly Severity[] = ['error', 'warning', 'info'];

function worstPair(group: readonly Sighting[]): Pair | null {
  const [first, ...others] = group;
  if (first === undefined) return null;
  const pairs = others.flatMap((second): readonly Pair[] => {
    const severity = severityOf(first.set, second.set);
    return severity === null ? [] : [{ first, second, severity }];
  });
  return (
    ORDER.map((severity) => pairs.find((pair) => pair.severity === severity)).find((pair) => pair !== undefined) ?? null
  );
}

/** Null for one set, and for two copies of the set of one issuer. */
function severityOf(left: JwksFacts, right: JwksFacts): Severity | null {
  if (left.file === right.file) return null;
  if (left.environment !== null && right.environment !== null && left.environment !== right.environment) return 'error';
  if (left.issuer === null || right.issuer === null) return 'info';
  return left.issuer === right.issuer ? null : 'warning';
}

function owner({ issuer, environment, file }: JwksFacts): string {
  const place = environment === null ? '' : ` in ${environment}`;
  return issuer === null ? `${file}${place}` : `${issuer}${place}`;
}
