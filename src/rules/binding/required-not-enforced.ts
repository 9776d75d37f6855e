import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { accessTokenRules, placeOfLimit } from '../config-policies.ts';
import { HAPROXY_CHECKS, HAPROXY_EXPIRY, haproxy } from '../example-configs.ts';
import { policyText } from '../example-documents.ts';

const POLICY = policyText(
  'orders',
  'issuers:\n  - issuer: https://id.example.com\ntokens:\n  access_token:\n    audiences: [orders]\n    binding: { accept: [mtls] }',
);
const THUMBPRINT = [
  "http-request set-var(txn.cnf) var(txn.bearer),jwt_payload_query('$.cnf.x5t#S256')",
  'http-request deny unless { var(txn.cnf),strcmp(txn.client) eq 0 }',
];
const CHECKS = [...HAPROXY_CHECKS, ...HAPROXY_EXPIRY];

export const rule: Rule<'verifier'> = {
  id: 'binding/required-not-enforced',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 7.3,
  confidence: 'certain',
  summary: 'The policy binds tokens to a key, and a verifier accepts them from anybody.',
  why: 'A bound token that is accepted without a proof is a bearer token: the thief leaves the proof out. The binding is as strong as the route that looks at it least.',
  fix: 'Have the verifier compare cnf with the proof or the client certificate, on every route, or say in the policy that bearer tokens are accepted.',
  sources: ['RFC 9449 section 7.2', 'RFC 8705 section 3', 'OWASP ASVS 5.0 10.3.5'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'haproxy.cfg': haproxy(CHECKS), 'policy.yaml': POLICY } }],
    good: [{ files: { 'haproxy.cfg': haproxy([...CHECKS, ...THUMBPRINT]), 'policy.yaml': POLICY } }],
  },
  *check(verifier, estate): Iterable<Report> {
    const fact = known(verifier.facts.senderConstraint);
    if (fact === null || fact.value === 'required') return;
    const governing = accessTokenRules(verifier, estate);
    // Of several policies the loosest counts, as nobody said which of them is meant.
    const demand = governing.find(({ rules }) => rules.bindingAccept.at !== null);
    const isBound = governing.every(({ rules: { bindingAccept } }) =>
      bindingAccept.value.every((method) => method === 'dpop' || method === 'mtls'),
    );
    if (demand === undefined || !isBound) return;
    const methods = demand.rules.bindingAccept.value.join(' or ');
    yield reportOn(verifier, 'senderConstraint', fact, {
      says: fact.value === 'none' ? 'looks at no proof of possession' : 'accepts tokens without a proof of possession',
      so: `; policy "${demand.policy.name}" accepts tokens bound by ${methods} only`,
      severity: 'error',
      unwritten: 'error',
      value: fact.value,
      related: placeOfLimit(demand.rules.bindingAccept, 'binding.accept'),
    });
  },
};
