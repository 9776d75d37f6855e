import type { Estate, Report, Rule } from '../../model/finding.ts';
import type { JwksFacts, KeyFacts } from '../../model/key.ts';
import { policyText } from '../example-documents.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, EC_OTHER } from '../example-keys.ts';
import { materialOf } from '../key-diagnosis.ts';

const POLICY = policyText(
  'orders',
  'issuers:\n  - issuer: https://id.example.com\n  - issuer: https://partner.example.com',
);
const PARTNER = (kid: string): string =>
  historyText([{ at: '2026-05-01T00:00:00Z', keys: [{ ...EC_OTHER, kid }] }]).replaceAll('//id.', '//partner.');
const OWN = historyText([{ at: '2026-05-01T00:00:00Z', keys: [EC_GOOD] }]);

export const rule: Rule<'estate'> = {
  id: 'jwks/kid-collision-across-issuers',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 5.7,
  confidence: 'likely',
  summary: 'Two issuers name different keys by the same kid.',
  why: 'A verifier that remembers keys by kid alone verifies the tokens of one issuer with the key of the other. At best good tokens fail; at worst the smaller issuer signs for the larger one.',
  fix: 'Name keys by their RFC 7638 thumbprint, and have verifiers remember keys by issuer and kid.',
  sources: ['RFC 7517 section 4.5', 'RFC 8725 section 3.8', 'CVE-2026-49998'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': POLICY,
          'history/own.ndjson': OWN,
          'history/partner.ndjson': PARTNER('ec-1'),
        },
        note: 'Without a policy that trusts both it is for your information.',
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'history/own.ndjson': OWN,
          'history/partner.ndjson': PARTNER('ec-2'),
        },
      },
    ],
  },
  *check(estate): Iterable<Report> {
    const first = new Map<string, { readonly set: JwksFacts; readonly key: KeyFacts }>();
    // Two files of an unknown issuer may be two days of the same one.
    for (const set of estate.jwks.filter(({ issuer }) => issuer !== null)) {
      for (const key of set.keys) {
        const { kid } = key;
        if (kid === null) continue;
        const before = first.get(kid);
        if (before === undefined) first.set(kid, { set, key });
        else if (before.set.issuer !== set.issuer && materialOf(before.key) !== materialOf(key)) {
          const isTrusted = trustsBoth(before.set.issuer, set.issuer, estate);
          yield {
            at: key.locate('kid'),
            message: `kid ${JSON.stringify(kid.slice(0, 80))} of ${set.issuer ?? ''} is also a kid of ${before.set.issuer ?? ''}, for another key`,
            severity: isTrusted ? 'warning' : 'info',
            subject: `keys[kid=${kid}].kid`,
            value: `${before.set.issuer ?? ''} ${set.issuer ?? ''}`,
            related: [{ at: before.key.locate('kid'), message: 'the other key' }],
          };
        }
      }
    }
  },
};

function trustsBoth(one: string | null, other: string | null, { policies }: Estate): boolean {
  return policies.some(({ issuers }) =>
    [one, other].every((wanted) => issuers.value.some(({ issuer }) => issuer === wanted)),
  );
}
