import type { Estate, Report, Rule } from '../../model/finding.ts';
import { showLocation } from '../../model/location.ts';
import type { Scenario } from '../../model/policy.ts';
import { known, reportOn } from '../config-facts.ts';
import { objectiveOf } from '../config-policies.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import { brokenBy, forHowLong, placesOf, promiseOf, severityOf, showPromises, tightestOf } from '../promises.ts';
import { shorten } from '../repairs.ts';

const POLICY = policyText('orders', 'revocation:\n  objectives:\n    access_token: { max: 5m }');
const CHANNEL = '- { name: ask, type: introspection, store_lag: 0s }';
const VERIFIER = (ttl: string): string => `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { name: jose, version: 6.2.18 }
  channels:
    - { use: ask, positive_cache: ${ttl}, fetch_timeout: 2s, fail_mode: closed }`;

/** What asking the issuer can end: it knows the grant, the client and the user of a token. */
const ENDED: readonly Scenario[] = ['access_token', 'refresh_token', 'client', 'user_session'];

export const rule: Rule<'estate'> = {
  id: 'verifier/introspection-cache-over-slo',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.0,
  confidence: 'certain',
  summary: 'A verifier remembers the answers of introspection for longer than a leak may last.',
  why: 'Asking the issuer is done to hear of revocation, and an answer that is remembered cannot tell of it. Remembered until the token expires, asking gains nothing over not asking.',
  fix: 'Keep answers for a small part of the objective; seconds already save most requests.',
  sources: ['RFC 7662 section 4', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ channels: CHANNEL, verifiers: VERIFIER('10m') }),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ channels: CHANNEL, verifiers: VERIFIER('10s') }),
        },
      },
    ],
  },
  *check(estate): Iterable<Report> {
    yield* ofConfigs(estate);
    yield* ofInventories(estate);
  },
};

function* ofConfigs(estate: Estate): Iterable<Report> {
  const told = new Set<string>();
  for (const config of estate.configs) {
    if (config.kind !== 'verifier') continue;
    const fact = known(config.facts.introspectionCacheTtl);
    if (fact === null || fact.value === 'unknown' || fact.value === 0) continue;
    const broken = brokenBy(fact.value, ENDED, (scenario) => objectiveOf(config, scenario, estate));
    const place = `${showLocation(fact.at)} ${showPromises(broken)}`;
    // One setting may be about many verifiers of a file.
    if ((broken.length === 0 && fact.value !== 'unbounded') || told.has(place)) continue;
    told.add(place);
    yield reportOn(config, 'introspectionCacheTtl', fact, {
      says: `remembers what introspection answered ${forHowLong(fact.value)}`,
      so: broken.length > 0 ? `; ${showPromises(broken)}` : '; it never hears of a revocation',
      severity: broken.length > 0 ? severityOf(broken) : 'warning',
      unwritten: broken.length > 0 ? severityOf(broken) : 'warning',
      value: `${fact.value} ${broken.map(({ scenario }) => scenario).join(' ')}`,
      related: placesOf(broken),
      repair: shorten(fact, tightestOf(broken)),
    });
  }
}

function* ofInventories({ inventories, policies }: Estate): Iterable<Report> {
  for (const { channels, verifiers } of inventories) {
    const asked = new Set(channels.filter(({ type }) => type === 'introspection').map(({ name }) => name));
    for (const verifier of verifiers) {
      for (const { channel, positiveCache, at } of verifier.channels) {
        if (!asked.has(channel)) continue;
        const broken = brokenBy(positiveCache.value, ENDED, (scenario) => promiseOf(verifier, scenario, policies));
        if (broken.length === 0) continue;
        yield {
          at: positiveCache.at ?? at,
          severity: severityOf(broken),
          message: `verifier "${verifier.name}" remembers what channel "${channel}" answered ${forHowLong(positiveCache.value)}; ${showPromises(broken)}`,
          subject: `verifier ${verifier.environment}/${verifier.name}/channels[${channel}].positive_cache`,
          value: `${positiveCache.value} ${broken.map(({ scenario }) => scenario).join(' ')}`,
          related: placesOf(broken),
          ...shorten(positiveCache, tightestOf(broken)),
        };
      }
    }
  }
}
