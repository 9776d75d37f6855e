import type { Report, Rule } from '../../model/finding.ts';
import { isFiniteBound, showBound } from '../../model/quantity.ts';
import { known, reportOn } from '../config-facts.ts';
import { placeOfLimit, policiesOf } from '../config-policies.ts';
import { hydra } from '../example-configs.ts';

export const rule: Rule<'issuer'> = {
  id: 'issuer/refresh-lifetime',
  on: 'issuer',
  severity: 'error',
  securitySeverity: 6.0,
  confidence: 'certain',
  summary: 'Refresh tokens never end, or live longer than the policy allows.',
  why: 'A stolen refresh token mints access tokens for as long as it lives. Renewal on use alone never ends it: the thief uses it too.',
  fix: 'Give refresh tokens an absolute end, and an idle one before it.',
  sources: ['OWASP ASVS 5.0 10.4.8', 'RFC 9700 section 4.14.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'hydra.yml': hydra('ttl: { access_token: 10m, refresh_token: -1 }') } }],
    good: [{ files: { 'hydra.yml': hydra('ttl: { access_token: 10m, refresh_token: 168h }') } }],
  },
  *check(issuer, estate): Iterable<Report> {
    const fact = known(issuer.facts.refreshTokenLifetime);
    if (fact === null || fact.value === 'unknown') return;
    const limits = policiesOf(issuer, estate).flatMap(({ name, tokens }) => {
      const limit = tokens.refresh_token?.absoluteMaxLifetime;
      return limit !== undefined && limit.at !== null && isFiniteBound(limit.value)
        ? [{ name, value: limit.value, at: limit.at }]
        : [];
    });
    const [loosest] = limits.toSorted((a, b) => b.value - a.value);
    const isOver = loosest !== undefined && (!isFiniteBound(fact.value) || fact.value > loosest.value);
    if (!isOver && fact.value !== 'unbounded') return;
    yield reportOn(issuer, 'refreshTokenLifetime', fact, {
      says: `gives refresh tokens ${isFiniteBound(fact.value) ? `a life of ${showBound(fact.value)}` : 'no absolute end'}`,
      so: isOver ? `; policy "${loosest.name}" allows ${showBound(loosest.value)}` : '',
      severity: isOver ? 'error' : 'warning',
      value: String(fact.value),
      related: isOver ? placeOfLimit(loosest, 'lifetime.absolute_max') : [],
    });
  },
};
