import type { Rule } from '../../model/finding.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { isApplied, isOwn, placeOf } from '../policy-facts.ts';

/** Beyond this, proofs made in advance are worth stealing: the limit of FAPI 2.0 deployments for unprotected life. */
const LONG = millis(600_000);

const SPEC = (lifetime: string, nonce: string): string =>
  policyText(
    'orders',
    `tokens:\n  access_token:\n    lifetime: { max: ${lifetime} }\n    binding:\n      accept: [dpop]\n      dpop: { max_proof_age: 30s${nonce} }`,
  );

export const rule: Rule<'policy'> = {
  id: 'binding/dpop-nonce',
  on: 'policy',
  severity: 'info',
  securitySeverity: 3.4,
  confidence: 'certain',
  summary: 'Proofs can be made in advance for the whole life of a long-lived token.',
  why: 'Malware that runs in a client for a minute can sign proofs with times to come and send them elsewhere. Only a nonce that the server chose shows that a proof is fresh.',
  fix: 'Set dpop.require_nonce: true, or shorten the tokens.',
  sources: ['RFC 9449 section 11.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': SPEC('1h', '') } }],
    good: [
      { files: { 'policy.yaml': SPEC('1h', ', require_nonce: true') } },
      { files: { 'policy.yaml': SPEC('5m', '') } },
    ],
  },
  *check(policy, estate) {
    const token = policy.tokens.access_token;
    if (token === undefined || !token.bindingAccept.value.includes('dpop') || !isApplied(policy, estate)) return;
    const { dpopRequireNonce: nonce, maxLifetime, bindingAccept } = token;
    if (nonce.value || maxLifetime.value <= LONG || ![maxLifetime, bindingAccept].some((fact) => isOwn(fact, policy))) {
      return;
    }
    yield {
      at: placeOf(nonce.at === null ? bindingAccept : nonce, policy),
      message: `no nonce is required, so DPoP proofs made in advance serve for the ${showBound(maxLifetime.value)} that a token lives`,
      subject: `policy ${policy.name}/tokens.access_token.binding.dpop.require_nonce`,
      value: String(maxLifetime.value),
    };
  },
};
