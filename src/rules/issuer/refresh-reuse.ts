import type { Report, Rule } from '../../model/finding.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { known, reportOn } from '../config-facts.ts';
import { dex } from '../example-configs.ts';
import { shorten } from '../repairs.ts';

/** Time for a client to repeat a request whose answer was lost. */
const LONG = millis(60_000);

const EXPIRY = (interval: string): string =>
  `idTokens: 15m\nrefreshTokens: { reuseInterval: ${interval}, validIfNotUsedFor: 24h, absoluteLifetime: 168h }`;

export const rule: Rule<'issuer'> = {
  id: 'issuer/refresh-reuse',
  on: 'issuer',
  severity: 'warning',
  securitySeverity: 5.1,
  confidence: 'certain',
  summary: 'A refresh token works for more than a minute after it was replaced.',
  why: 'Within that time the use by a thief is no alarm but allowed, and gives him a branch of his own. Containment of a leaked refresh token takes that much longer.',
  fix: 'Set the grace to the time a client needs to repeat a lost request, some ten seconds.',
  sources: ['RFC 9700 section 4.14.2', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'dex.yaml': dex({ expiry: EXPIRY('10m') }) } }],
    good: [{ files: { 'dex.yaml': dex({ expiry: EXPIRY('10s') }) } }],
  },
  *check(issuer): Iterable<Report> {
    const fact = known(issuer.facts.refreshReuseGrace);
    if (fact === null || fact.value === 'unknown' || (isFiniteBound(fact.value) && fact.value <= LONG)) return;
    yield reportOn(issuer, 'refreshReuseGrace', fact, {
      says: `accepts a refresh token ${isFiniteBound(fact.value) ? `for ${showBound(fact.value)}` : 'without end'} after it was replaced`,
      severity: 'warning',
      value: String(fact.value),
      repair: shorten(fact, LONG),
    });
  },
};
