import type { VerifierConfig } from '../../model/config.ts';
import type { Estate, Report, Rule } from '../../model/finding.ts';
import type { Scenario } from '../../model/policy.ts';
import type { Bound } from '../../model/quantity.ts';
import { isFiniteBound, showBound } from '../../model/quantity.ts';
import { findProduct } from '../../predict/products.ts';
import { known, reportOn } from '../config-facts.ts';
import { objectiveOf } from '../config-policies.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import type { BrokenPromise } from '../promises.ts';
import { brokenBy, forHowLong, placesOf, promiseOf, severityOf, showPromises, tightestOf } from '../promises.ts';
import { shorten } from '../repairs.ts';

const POLICY = policyText('orders', 'revocation:\n  objectives:\n    access_token: { max: 5m }');
const VERIFIER = (ttl: string): string => `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { name: jose, version: 6.2.18 }
  settings: { verdict_cache_ttl: ${ttl} }`;

/** A decision that was remembered ends none of them sooner. */
const AFTER_A_GATEWAY: readonly Scenario[] = ['access_token', 'refresh_token', 'client', 'user_session'];

export const rule: Rule<'estate'> = {
  id: 'verifier/result-cache-over-slo',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.2,
  confidence: 'certain',
  summary: 'A verifier remembers its decisions for longer than a leak may last.',
  why: 'A decision that is remembered is given again without a look at the key, the denylist or the issuer. Every revocation works at once and changes nothing until the entry is gone.',
  fix: 'Switch the cache of decisions off, or keep entries for a small part of the objective; never until the token expires.',
  sources: ['docs/concepts.md', 'OWASP ASVS 5.0 7.4.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('10m') }) } }],
    good: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('30s') }) } }],
  },
  *check(estate): Iterable<Report> {
    for (const config of estate.configs) if (config.kind === 'verifier') yield* ofConfig(config, estate);
    yield* ofInventories(estate);
  },
};

function* ofConfig(config: VerifierConfig, estate: Estate): Iterable<Report> {
  const fact = known(config.facts.verdictCacheTtl);
  if (fact === null || fact.value === 0) return;
  const keyCache = known(config.facts.keyCacheTtl)?.value ?? null;
  const product = config.product === null ? null : { name: config.product.id, version: config.product.version };
  const own = known(config.facts.keySource)?.value === 'shared-secret' ? 'hmac_secret' : 'signing_key';
  // What both caches keep together, the rule on the key cache tells already.
  const isToldOf = own === 'signing_key' && keyCache !== null && isFiniteBound(keyCache) && isFiniteBound(fact.value);
  const scenarios = [...(isToldOf ? [] : ([own] as const)), ...(isInFront(product) ? AFTER_A_GATEWAY : [])];
  const broken = brokenBy(fact.value, scenarios, (scenario) => objectiveOf(config, scenario, estate));
  if (broken.length > 0) {
    yield reportOn(config, 'verdictCacheTtl', fact, {
      says: `remembers decisions ${forHowLong(fact.value)}`,
      so: `; ${showPromises(broken)}`,
      severity: severityOf(broken),
      unwritten: severityOf(broken),
      value: valueOf(fact.value, broken),
      related: placesOf(broken),
      repair: shorten(fact, tightestOf(broken)),
    });
    return;
  }
  const outlivesKeys =
    keyCache !== null && isFiniteBound(keyCache) && isFiniteBound(fact.value) && fact.value > keyCache;
  if (fact.value !== 'unbounded' && (!outlivesKeys || (isToldOf && objectiveOf(config, own, estate) !== null))) return;
  yield reportOn(config, 'verdictCacheTtl', fact, {
    says: `remembers decisions ${forHowLong(fact.value)}`,
    so: outlivesKeys
      ? `, longer than it keeps keys (${showBound(keyCache)}); what a removed key signed goes on working`
      : '; what a removed key signed goes on working',
    severity: 'warning',
    unwritten: fact.value === 'unbounded' ? 'warning' : 'info',
    value: String(fact.value),
  });
}

function* ofInventories({ inventories, policies }: Estate): Iterable<Report> {
  for (const { file, verifiers } of inventories) {
    for (const verifier of verifiers) {
      const fact = verifier.settings.verdictCacheTtl;
      // What a configuration file says is told there.
      if (fact === null || fact.at === null || fact.at.file !== file) continue;
      const scenarios = ['signing_key' as const, ...(isInFront(verifier.library) ? AFTER_A_GATEWAY : [])];
      const broken = brokenBy(fact.value, scenarios, (scenario) => promiseOf(verifier, scenario, policies));
      if (broken.length === 0) continue;
      yield {
        at: fact.at,
        severity: severityOf(broken),
        message: `verifier "${verifier.name}" remembers decisions ${forHowLong(fact.value)}; ${showPromises(broken)}`,
        subject: `verifier ${verifier.environment}/${verifier.name}/settings.verdict_cache_ttl`,
        value: valueOf(fact.value, broken),
        related: placesOf(broken),
        ...shorten(fact, tightestOf(broken)),
      };
    }
  }
}

/** A cache inside a product ends with exp and is asked before any denylist; one in front of it knows of neither. */
function isInFront(product: { readonly name: string; readonly version: string | null } | null): boolean {
  const match = product === null ? null : findProduct(product.name, product.version);
  return match?.kind === 'known' && match.product.verdictCache === null;
}

function valueOf(ttl: Bound, broken: readonly BrokenPromise[]): string {
  return `${ttl} ${broken.map(({ scenario }) => scenario).join(' ')}`;
}
