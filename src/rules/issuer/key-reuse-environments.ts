import type { ConfigSecret, IssuerConfig } from '../../model/config.ts';
import type { Estate, Report, Rule, Severity } from '../../model/finding.ts';
import type { Location } from '../../model/location.ts';
import { showLocation } from '../../model/location.ts';
import { labelOf, subjectOf } from '../config-facts.ts';
import { hydra } from '../example-configs.ts';

const HYDRA = (secret: string): string => hydra('ttl: { access_token: 10m }', secret);
const SECRET = 'q8Xw4Rz7Tn3LpVk2mB6y';

/** What keeps tokens of one issuer apart from those of another. */
const OF_ISSUER: readonly ConfigSecret['kind'][] = ['private-key', 'hmac', 'decryption', 'admin', 'cookie'];

interface Sighting {
  readonly issuer: IssuerConfig;
  readonly what: string;
  readonly severity: Severity;
  readonly at: Location;
}

export const rule: Rule<'estate'> = {
  id: 'issuer/key-reuse-environments',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.7,
  confidence: 'likely',
  summary: 'Two deployments of issuers are configured with the same key or secret.',
  why: 'Test environments are open to many more people, and what they hold ends up in laptops and tickets. With the same key, a token made there is a token for production.',
  fix: 'Generate keys and secrets for each environment, and replace the shared ones in both.',
  sources: ['OWASP ASVS 5.0 11.1.1', 'NIST SP 800-57 part 1 revision 5 section 5.2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'staging/hydra.yml': HYDRA(SECRET), 'prod/hydra.yml': HYDRA(SECRET) },
        note: 'A secret that does not sign tokens is a warning, a signing key an error.',
      },
    ],
    good: [{ files: { 'staging/hydra.yml': HYDRA('Zb5nT9wQ1xKc7Rf3Lh2d'), 'prod/hydra.yml': HYDRA(SECRET) } }],
  },
  *check(estate): Iterable<Report> {
    const told = new Set<string>();
    for (const [identity, sightings] of sightingsIn(estate)) {
      const [first] = sightings;
      if (first === undefined) continue;
      const other = sightings.find((sighting) => sighting.at.file !== first.at.file && !isCopy(first, sighting));
      if (other === undefined) continue;
      // The key of a private key stands where that stands.
      const place = `${showLocation(other.at)} ${first.at.file}`;
      if (told.has(place)) continue;
      told.add(place);
      yield {
        at: other.at,
        message: `${labelOf(other.issuer)} has the same ${other.what} as ${first.at.file}`,
        severity: first.severity,
        subject: subjectOf(other.issuer, 'keys'),
        value: identity,
        related: [{ at: first.at, message: `the same: ${labelOf(first.issuer)}` }],
      };
    }
  },
};

const ENVIRONMENT =
  /(?:^|[^a-z])(?:dev|devel|development|test|testing|qa|uat|int|stage|staging|pre-?prod|prod|production|live|sandbox)(?:[^a-z]|$)/i;

/** The same issuer in two files of one name, of which neither says for which environment: one file kept in two places. */
function isCopy(a: Sighting, b: Sighting): boolean {
  const files = [a.at.file, b.at.file];
  const [one, two] = files.map((file) => file.slice(file.lastIndexOf('/') + 1));
  return a.issuer.name === b.issuer.name && one === two && !files.some((file) => ENVIRONMENT.test(file));
}

/** Keys and secrets of issuers by what makes two of them the same. Samples that everybody has are another finding. */
function sightingsIn({ configs }: Estate): ReadonlyMap<string, readonly Sighting[]> {
  const found = new Map<string, Sighting[]>();
  const add = (identity: string, sighting: Sighting): void => {
    found.set(identity, [...(found.get(identity) ?? []), sighting]);
  };
  for (const issuer of configs) {
    if (issuer.kind !== 'issuer') continue;
    for (const { kind, wellKnown, digest, at } of issuer.secrets) {
      if (wellKnown !== null || !OF_ISSUER.includes(kind)) continue;
      const isForTokens = kind === 'private-key' || kind === 'hmac';
      const what = isForTokens ? 'signing key' : kind === 'decryption' ? 'decryption key' : 'secret';
      add(`${kind} ${digest}`, { issuer, what, severity: isForTokens ? 'error' : 'warning', at });
    }
    for (const { keys } of issuer.inlineKeys) {
      for (const { thumbprint, at } of keys) {
        if (thumbprint !== null) add(thumbprint, { issuer, what: 'key', severity: 'error', at });
      }
    }
  }
  return found;
}
