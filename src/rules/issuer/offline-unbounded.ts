import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { keycloak } from '../example-configs.ts';

export const rule: Rule<'issuer'> = {
  id: 'issuer/offline-unbounded',
  on: 'issuer',
  severity: 'warning',
  securitySeverity: 5.6,
  confidence: 'certain',
  summary: 'Offline sessions have no absolute end.',
  why: 'An offline token outlives log-out and is renewed by use. Who stole one keeps it alive with a request now and then, for ever.',
  fix: 'Give offline sessions an absolute end, and let only the clients that need it ask for offline access.',
  sources: ['OpenID Connect Core 1.0 section 11', 'OWASP ASVS 5.0 10.4.8', 'RFC 9700 section 4.14.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'shop-realm.json': keycloak({ realm: { offlineSessionMaxLifespanEnabled: false } }) } }],
    good: [{ files: { 'shop-realm.json': keycloak() } }],
  },
  *check(issuer): Iterable<Report> {
    const fact = known(issuer.facts.offlineSessionLifetime);
    if (fact === null || fact.value !== 'unbounded') return;
    yield reportOn(issuer, 'offlineSessionLifetime', fact, {
      says: 'lets offline sessions go on without end',
      so: '; a stolen offline token lives as long as somebody uses it',
      severity: 'warning',
      value: 'unbounded',
    });
  },
};
