import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { byDefault, isApplied, placeOf } from '../policy-facts.ts';
import { profileOf } from '../profiles.ts';

/** Proof that the sender holds a key; an address is none. */
const PROOFS: readonly string[] = ['dpop', 'mtls'];

export const rule: Rule<'policy'> = {
  id: 'policy/bearer-below-profile',
  on: 'policy',
  severity: 'error',
  securitySeverity: 6.0,
  confidence: 'certain',
  summary: 'Access tokens are accepted without proof of the sender, which the chosen profile forbids.',
  why: 'A bearer token that leaks works for whoever holds it, from anywhere, until it ends. A token bound to a key by DPoP or mutual TLS is of no use without that key.',
  fix: 'Set binding.accept to [dpop] or [mtls] once issuers and clients support it.',
  sources: ['OWASP ASVS 5.0 10.3.5', 'FAPI 2.0 Security Profile section 5.3.2.1', 'RFC 9449', 'RFC 8705'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    binding: { accept: [dpop, bearer] }'),
        },
        profile: 'asvs-l3',
      },
    ],
    good: [
      {
        files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    binding: { accept: [dpop] }') },
        profile: 'asvs-l3',
      },
    ],
  },
  *check(policy, estate) {
    const { name, limits } = profileOf(estate);
    const accepted = policy.tokens.access_token?.bindingAccept;
    if (!limits.senderConstrained || accepted === undefined || !isApplied(policy, estate)) return;
    if (policy.tokens.access_token?.present.value === false) return;
    const loose = accepted.value.filter((method) => !PROOFS.includes(method));
    if (loose.length === 0) return;
    yield {
      at: placeOf(accepted, policy),
      message: `policy "${policy.name}" accepts access tokens by ${loose.join(' and ')}${byDefault(accepted)}; the profile ${name} asks for dpop or mtls`,
      subject: `policy ${policy.name}/tokens.access_token.binding.accept`,
      value: loose.join(' '),
    };
  },
};
