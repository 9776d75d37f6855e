import type { ConfigSubject } from '../../model/config.ts';
import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { apolloRouter } from '../example-configs.ts';
import { flip } from '../repairs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/missing-token-allowed',
  on: 'verifier',
  severity: 'warning',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'A request without any token passes the verifier.',
  why: 'Leaving the token out is then the easiest way past it, and revoking one only sends its holder there. Whether anything is protected is up to what comes behind, which this file does not show.',
  fix: 'Require a token, and list the public routes as exceptions.',
  sources: ['RFC 6750 section 3', 'OWASP ASVS 5.0 8.2.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'router.yaml': apolloRouter({ requireAuthentication: false }) } }],
    good: [{ files: { 'router.yaml': apolloRouter() } }],
  },
  *check(verifier, { configs }): Iterable<Report> {
    const fact = known(verifier.facts.missingTokenAllowed);
    if (fact === null || !fact.value) return;
    // Another rule behind it demands the token, as an AuthorizationPolicy does.
    if (demandedOf(configs).has(`${verifier.adapter} ${verifier.name}`)) return;
    yield reportOn(verifier, 'missingTokenAllowed', fact, {
      says: 'lets requests without a token through',
      severity: 'warning',
      value: 'true',
      repair: flip(fact, false),
    });
  },
};

const DEMANDED = new WeakMap<readonly ConfigSubject[], ReadonlySet<string>>();

/** Adapters and names of verifiers behind which a route demands a token; worked out once for a run. */
function demandedOf(configs: readonly ConfigSubject[]): ReadonlySet<string> {
  const remembered = DEMANDED.get(configs);
  if (remembered !== undefined) return remembered;
  const demanded = new Set<string>();
  for (const config of configs) {
    if (config.kind !== 'route' || known(config.facts.requirement)?.value !== 'required') continue;
    for (const name of config.verifiers) demanded.add(`${config.adapter} ${name}`);
  }
  DEMANDED.set(configs, demanded);
  return demanded;
}
