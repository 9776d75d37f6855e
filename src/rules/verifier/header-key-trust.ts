import type { Report, Rule } from '../../model/finding.ts';
import type { KeySource } from '../../model/policy.ts';
import { known, reportOn } from '../config-facts.ts';
import { policyText } from '../example-documents.ts';
import { isOwn, placeOf } from '../policy-facts.ts';

/** Places in the header of a token that name a key, or where to fetch one. */
const FROM_HEADER: readonly KeySource[] = ['jku', 'x5u', 'jwk'];

export const rule: Rule<'estate'> = {
  id: 'verifier/header-key-trust',
  on: 'estate',
  severity: 'error',
  securitySeverity: 9.1,
  confidence: 'certain',
  summary: 'Tokens may bring the key that they are verified with.',
  why: 'Whoever writes a token then chooses its key: a header with jwk, jku or x5u verifies what anybody signed. It has been a forgery in one library after another, and fetching what a stranger names opens the network from inside.',
  fix: 'Take keys from the key set of the issuer only, at an address that is configured.',
  sources: ['RFC 8725 section 3.10', 'CVE-2018-0114', 'OWASP ASVS 5.0 9.1.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': policyText('orders', 'keys:\n  sources: [jwks_uri, jku]') } }],
    good: [{ files: { 'policy.yaml': policyText('orders', 'keys:\n  sources: [jwks_uri]') } }],
  },
  *check({ configs, policies }): Iterable<Report> {
    for (const config of configs) {
      const fact = config.kind === 'verifier' ? known(config.facts.headerKeysTrusted) : null;
      if (fact === null || !fact.value) continue;
      yield reportOn(config, 'headerKeysTrusted', fact, {
        says: 'takes the key from the header of the token',
        so: '; whoever writes a token chooses its key',
        severity: 'error',
        unwritten: 'error',
        value: 'trusted',
      });
    }
    for (const policy of policies) {
      const { sources } = policy.keys;
      const fromHeader = sources.value.filter((source) => FROM_HEADER.includes(source));
      if (fromHeader.length === 0 || !isOwn(sources, policy)) continue;
      yield {
        at: placeOf(sources, policy),
        message: `policy "${policy.name}" lets a token bring its key by ${fromHeader.join(', ')}; whoever writes a token chooses its key`,
        subject: `policy ${policy.name}/keys.sources`,
        value: fromHeader.toSorted().join(' '),
      };
    }
  },
};
