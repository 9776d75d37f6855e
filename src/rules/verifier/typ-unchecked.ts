import type { Report, Rule } from '../../model/finding.ts';
import { isWritten, known, reportOn } from '../config-facts.ts';
import { accessTokenRules, placeOfLimit } from '../config-policies.ts';
import { HAPROXY_CHECKS, HAPROXY_EXPIRY, haproxy } from '../example-configs.ts';
import { ordersPolicy } from '../example-tokens.ts';

const TYP = [
  "http-request set-var(txn.typ) var(txn.bearer),jwt_header_query('$.typ')",
  'http-request deny unless { var(txn.typ) -m str at+jwt }',
];
const CHECKS = [...HAPROXY_CHECKS, ...HAPROXY_EXPIRY];

export const rule: Rule<'verifier'> = {
  id: 'verifier/typ-unchecked',
  on: 'verifier',
  severity: 'warning',
  securitySeverity: 4.4,
  confidence: 'certain',
  summary: 'A verifier does not look at the type of a token.',
  why: 'An issuer signs ID tokens, log-out tokens and others with the same key. One of another kind, which clients and logs handle with less care, is then as good as an access token.',
  fix: 'Accept at+jwt only, once the issuer writes it; until then tell the kinds apart by their audience.',
  sources: ['RFC 9068 section 4', 'RFC 8725 section 3.11', 'OWASP ASVS 5.0 9.2.2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'haproxy.cfg': haproxy(CHECKS), 'policy.yaml': ordersPolicy() },
        note: 'Without a policy that names types it is for your information.',
      },
    ],
    good: [{ files: { 'haproxy.cfg': haproxy([...CHECKS, ...TYP]), 'policy.yaml': ordersPolicy() } }],
  },
  *check(verifier, estate): Iterable<Report> {
    const { typVerified, signatureVerified } = verifier.facts;
    const fact = known(typVerified);
    if (fact === null || fact.value || known(signatureVerified)?.value === false) return;
    const demand = accessTokenRules(verifier, estate).find(
      ({ rules }) => rules.typ.at !== null && !rules.typ.value.includes('absent'),
    );
    const isDemanded = demand !== undefined;
    // Nearly all products pass over typ, so the word of the product alone is no news.
    if (!isDemanded && !isWritten(fact)) return;
    yield reportOn(verifier, 'typVerified', fact, {
      says: 'does not look at the typ of a token',
      so: isDemanded
        ? `; policy "${demand.policy.name}" allows ${demand.rules.typ.value.join(', ')}`
        : '; an ID token passes for an access token',
      severity: isDemanded ? 'warning' : 'info',
      value: 'unchecked',
      related: isDemanded ? placeOfLimit(demand.rules.typ, 'typ') : [],
    });
  },
};
