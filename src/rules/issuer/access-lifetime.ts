import type { Report, Rule } from '../../model/finding.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { known, reportOn } from '../config-facts.ts';
import { accessTokenRules, loosest, placeOfLimit } from '../config-policies.ts';
import { hydra } from '../example-configs.ts';
import { policyText } from '../example-documents.ts';
import { shorten } from '../repairs.ts';

/** Past it, expiry no longer limits a leak: the limit of the OpenID CAEP interoperability profile. */
const LONG = millis(3_600_000);
/** A leak of the morning is still good the next morning. */
const VERY_LONG = millis(86_400_000);

const POLICY = policyText(
  'orders',
  'issuers:\n  - issuer: https://id.example.com\ntokens:\n  access_token:\n    lifetime: { max: 15m }',
);

export const rule: Rule<'issuer'> = {
  id: 'issuer/access-lifetime',
  on: 'issuer',
  severity: 'error',
  securitySeverity: 5.7,
  confidence: 'certain',
  summary: 'An issuer gives access tokens a longer life than its policy allows, or than an hour.',
  why: 'The life of a token is how long a leaked one works where no revocation channel reaches. What the policy says about it is true only if the issuer does it.',
  fix: 'Shorten access tokens at the issuer, 5 minutes to an hour, and let clients renew them.',
  sources: ['RFC 9700 section 2.2', 'OWASP ASVS 5.0 9.2.1', 'OpenID CAEP Interoperability Profile 1.0'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'hydra.yml': hydra('ttl: { access_token: 30m }'), 'policy.yaml': POLICY } },
      {
        files: { 'hydra.yml': hydra('ttl: { access_token: 4h }') },
        note: 'Without a policy, over an hour is a warning.',
      },
    ],
    good: [{ files: { 'hydra.yml': hydra('ttl: { access_token: 10m }'), 'policy.yaml': POLICY } }],
  },
  *check(issuer, estate): Iterable<Report> {
    const fact = known(issuer.facts.accessTokenLifetime);
    // An opaque token is asked about each time, so its life matters less.
    if (fact === null || fact.value === 'unknown' || known(issuer.facts.accessTokenFormat)?.value === 'opaque') return;
    const life = isFiniteBound(fact.value) ? fact.value : Infinity;
    const limit = loosest(
      accessTokenRules(issuer, estate).map(({ policy, rules }) => ({ policy, limit: rules.maxLifetime })),
    );
    const isOver = limit !== null && life > limit.limit.value;
    if (!isOver && (limit !== null || life <= LONG)) return;
    yield reportOn(issuer, 'accessTokenLifetime', fact, {
      says: `gives access tokens ${isFiniteBound(fact.value) ? `a life of ${showBound(fact.value)}` : 'no end'}`,
      so: isOver
        ? `; policy "${limit.policy.name}" allows ${showBound(limit.limit.value)}`
        : `, more than ${showBound(life > VERY_LONG ? VERY_LONG : LONG)}`,
      severity: (isOver && limit.limit.at !== null) || life > VERY_LONG ? 'error' : 'warning',
      unwritten: isOver && limit.limit.at !== null ? 'error' : 'warning',
      value: String(fact.value),
      repair: shorten(fact, isOver ? limit.limit.value : LONG),
      related: isOver ? placeOfLimit(limit.limit, 'lifetime.max') : [],
    });
  },
};
