import type { Estate, Report, Rule } from '../../model/finding.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Scenario } from '../../model/policy.ts';
import type { Bound } from '../../model/quantity.ts';
import { isFiniteBound, minBound, showBound } from '../../model/quantity.ts';
import { isWritten, known, reportOn } from '../config-facts.ts';
import { objectiveOf } from '../config-policies.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import { brokenBy, isLonger, placesOf, promiseOf, severityOf, showPromises } from '../promises.ts';

const POLICY = policyText('orders', 'revocation:\n  objectives:\n    access_token: { max: 30m }');
const VERIFIER = (life: string): string => `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { name: jose, version: 6.2.18 }
  derived_session_lifetime: ${life}`;

const SCENARIOS: readonly Scenario[] = ['access_token', 'refresh_token', 'signing_key', 'client', 'user_session'];

export const rule: Rule<'estate'> = {
  id: 'verifier/session-outlives-token',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.1,
  confidence: 'certain',
  summary: 'A session or connection that was opened with a token lives on when the token is dead.',
  why: 'The token is looked at once and exchanged for a cookie, a WebSocket or a stream. Revoking the token, the grant or the key ends none of these: the thief is inside already.',
  fix: 'Look at the token again at an interval, end the session with it, or let log-out messages of the issuer end it.',
  sources: ['OWASP ASVS 5.0 7.4.1', 'OWASP ASVS 5.0 7.6.1', 'OpenID Connect Back-Channel Logout 1.0 section 2.7'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('12h') }) } }],
    good: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('10m') }) } }],
  },
  *check(estate): Iterable<Report> {
    yield* ofConfigs(estate);
    yield* ofInventories(estate);
  },
};

function* ofConfigs(estate: Estate): Iterable<Report> {
  for (const config of estate.configs) {
    if (config.kind !== 'verifier') continue;
    const fact = known(config.facts.derivedSessionLifetime);
    if (fact === null || fact.value === 'unknown' || fact.value === 0) continue;
    const { derivedSessionRecheck: recheck } = config.facts;
    // Somebody else decides how often it is checked, so nothing is known of its end.
    if (recheck?.origin === 'unknown') continue;
    const life = minBound([fact.value, known(recheck)?.value ?? 'unbounded']);
    const broken = brokenBy(life, SCENARIOS, (scenario) => objectiveOf(config, scenario, estate));
    const issuer = estate.pairs.find(({ verifier }) => verifier === config)?.issuer;
    const token = known(issuer?.facts.accessTokenLifetime)?.value ?? 'unknown';
    const outlives = isFiniteBound(token) ? isLonger(life, token) : life === 'unbounded';
    if (broken.length === 0 && !outlives) continue;
    yield reportOn(config, 'derivedSessionLifetime', fact, {
      says: `keeps a session ${showLife(life)} once a token has opened it`,
      so:
        broken.length > 0
          ? `; ${showPromises(broken)}`
          : isFiniteBound(token)
            ? `, and access tokens live for ${showBound(token)}`
            : '; it is never checked against the issuer again',
      severity: broken.length > 0 ? severityOf(broken) : 'warning',
      unwritten: broken.length > 0 ? severityOf(broken) : isWritten(fact) ? 'warning' : 'info',
      value: `${life} ${broken.map(({ scenario }) => scenario).join(' ')}`,
      related: placesOf(broken),
    });
  }
}

function* ofInventories({ inventories, policies }: Estate): Iterable<Report> {
  for (const inventory of inventories) {
    for (const verifier of inventory.verifiers) {
      const { derivedSessionLifetime: life, name, environment } = verifier;
      if (life.origin !== 'explicit' || life.at?.file !== inventory.file) continue;
      const scenarios = SCENARIOS.filter((scenario) => !isToldOfTheEnd(inventory, name, scenario));
      const broken = brokenBy(life.value, scenarios, (scenario) => promiseOf(verifier, scenario, policies));
      if (broken.length === 0) continue;
      yield {
        at: life.at,
        severity: severityOf(broken),
        message: `verifier "${name}" keeps a session ${showLife(life.value)} once a token has opened it; ${showPromises(broken)}`,
        subject: `verifier ${environment}/${name}/derived_session_lifetime`,
        value: `${life.value} ${broken.map(({ scenario }) => scenario).join(' ')}`,
        related: placesOf(broken),
      };
    }
  }
}

/** Whether log-out messages or security events of the issuer reach the verifier, which end sessions. */
function isToldOfTheEnd({ channels, verifiers }: Inventory, name: string, scenario: Scenario): boolean {
  const used = verifiers.find((verifier) => verifier.name === name)?.channels ?? [];
  return (
    scenario !== 'signing_key' &&
    used.some((use) =>
      channels.some(
        (channel) =>
          channel.name === use.channel && (channel.type === 'backchannel_logout' || channel.type === 'ssf_caep'),
      ),
    )
  );
}

function showLife(life: Bound): string {
  return isFiniteBound(life) ? `for ${showBound(life)}` : 'without end';
}
