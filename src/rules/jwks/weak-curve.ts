import type { Estate, Report, Rule } from '../../model/finding.ts';
import type { JwksFacts } from '../../model/key.ts';
import type { EffectivePolicy } from '../../model/policy.ts';
import { EC_GOOD, EC_KOBLITZ, keySetText } from '../example-keys.ts';
import { isForSignatures, nameOf, subjectOf } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = {
  id: 'jwks/weak-curve',
  on: 'jwks',
  severity: 'warning',
  securitySeverity: 3.8,
  confidence: 'certain',
  summary: 'A signing key is on a curve that is not for tokens.',
  why: 'The curve secp256k1 comes from blockchains, and NIST allows it there only. Many JOSE libraries do not have it: they refuse the token, or the whole set.',
  fix: 'Use P-256 or Ed25519; where secp256k1 is meant, say so in keys.curves of the policy.',
  sources: ['RFC 8812 section 5', 'NIST SP 800-186 appendix H', 'RFC 8725 section 3.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(EC_KOBLITZ) } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
  *check(set, estate): Iterable<Report> {
    const policies = namingCurves(set, estate);
    for (const key of set.keys.filter(isForSignatures)) {
      const { crv } = key;
      if (crv === null) continue;
      const refusing = policies.find(({ keys }) => !keys.curves.value.includes(crv));
      const isAllowed = policies.length > 0 && refusing === undefined;
      if (refusing === undefined && (crv !== 'secp256k1' || isAllowed)) continue;
      yield {
        at: key.locate('crv'),
        message: `${nameOf(key)} is on ${crv}${refusing === undefined ? ', which is not for tokens' : `; policy "${refusing.name}" accepts ${refusing.keys.curves.value.join(', ')}`}`,
        severity: refusing === undefined ? 'warning' : 'error',
        subject: `${subjectOf(key)}.crv`,
        value: crv,
        ...(refusing === undefined || refusing.keys.curves.at === null
          ? {}
          : { related: [{ at: refusing.keys.curves.at, message: 'curves' }] }),
      };
    }
  },
};

/** Policies of the issuer that name curves. */
function namingCurves({ issuer }: JwksFacts, { policies }: Estate): readonly EffectivePolicy[] {
  return policies.filter(
    ({ issuers, keys }) =>
      issuer !== null && keys.curves.at !== null && issuers.value.some((each) => each.issuer === issuer),
  );
}
