import type { Rule } from '../../model/finding.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { isOwn, placeOf } from '../policy-facts.ts';
import { shorten } from '../repairs.ts';

/** RFC 9449 section 11.1 asks for seconds or minutes; proofs are made for one request. */
const LONG = millis(60_000);
/** The widest window that the conformance tests of FAPI 2.0 accept. */
const VERY_LONG = millis(300_000);

const SPEC = (dpop: string): string =>
  policyText('orders', `tokens:\n  access_token:\n    binding:\n      accept: [dpop]\n      dpop: { ${dpop} }`);

export const rule: Rule<'policy'> = {
  id: 'binding/dpop-window',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 4.6,
  confidence: 'certain',
  summary: 'DPoP proofs stay good for longer than a request takes.',
  why: 'Whoever gets hold of a request, from a log or a proxy, can send its proof again for as long as it is accepted. Without a server nonce, nothing else ends it.',
  fix: 'Set dpop.max_proof_age to 60s or less, or require a nonce.',
  sources: ['RFC 9449 section 11.1', 'RFC 9449 section 8'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'policy.yaml': SPEC('max_proof_age: 2m') } },
      { files: { 'policy.yaml': SPEC('max_proof_age: 10m') }, note: 'Over five minutes it is an error.' },
    ],
    good: [
      { files: { 'policy.yaml': SPEC('max_proof_age: 30s') } },
      { files: { 'policy.yaml': SPEC('max_proof_age: 2m, require_nonce: true') }, note: 'A nonce ends it sooner.' },
    ],
  },
  *check(policy) {
    const token = policy.tokens.access_token;
    if (token === undefined || !token.bindingAccept.value.includes('dpop')) return;
    const { dpopMaxProofAge: age, dpopRequireNonce: nonce } = token;
    if (age.value <= LONG || nonce.value || !isOwn(age, policy)) return;
    const limit = age.value > VERY_LONG ? VERY_LONG : LONG;
    yield {
      at: placeOf(age, policy),
      message: `a DPoP proof is good for ${showBound(age.value)}, more than ${showBound(limit)}, and no nonce is required`,
      severity: limit === VERY_LONG ? 'error' : 'warning',
      subject: `policy ${policy.name}/tokens.access_token.binding.dpop.max_proof_age`,
      value: String(age.value),
      ...shorten(age, LONG),
    };
  },
};
