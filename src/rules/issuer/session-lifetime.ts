import type { Report, Rule } from '../../model/finding.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { known, reportOn } from '../config-facts.ts';
import { keycloak } from '../example-configs.ts';

/** The longest that even the lowest assurance level of NIST SP 800-63B lets a session go on. */
const LONG = millis(2_592_000_000);

export const rule: Rule<'issuer'> = {
  id: 'issuer/session-lifetime',
  on: 'issuer',
  severity: 'warning',
  securitySeverity: 5.2,
  confidence: 'certain',
  summary: 'A session at the issuer has no absolute end, or goes on for more than 30 days.',
  why: 'Whoever has the cookie of a session gets new tokens without a password or second factor. An idle limit does not end a session that a thief keeps in use.',
  fix: 'Give sessions an absolute end, of a working day where much is at stake.',
  sources: ['OWASP ASVS 5.0 7.3.2', 'NIST SP 800-63B section 4.1.3'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'shop-realm.json': keycloak({ realm: { ssoSessionMaxLifespan: 7_776_000 } }) } },
      {
        files: {
          'shop-realm.json': keycloak({ realm: { rememberMe: true, ssoSessionMaxLifespanRememberMe: 31_536_000 } }),
        },
      },
    ],
    good: [{ files: { 'shop-realm.json': keycloak({ realm: { ssoSessionMaxLifespan: 28_800 } }) } }],
  },
  *check(issuer): Iterable<Report> {
    const fact = known(issuer.facts.sessionLifetime);
    if (fact === null || fact.value === 'unknown' || (isFiniteBound(fact.value) && fact.value <= LONG)) return;
    yield reportOn(issuer, 'sessionLifetime', fact, {
      says: isFiniteBound(fact.value)
        ? `lets sessions go on for ${showBound(fact.value)}`
        : 'lets sessions go on without end',
      so: isFiniteBound(fact.value) ? `, more than ${showBound(LONG)}` : '',
      severity: 'warning',
      value: String(fact.value),
    });
  },
};
