import type { ConfigFact, IssuerConfig, VerifierConfig } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Fact } from '../../model/fact.ts';
import type { Estate, Report, Rule } from '../../model/finding.ts';
import type { Inventory, IssuerDeclaration, VerifierDeclaration } from '../../model/inventory.ts';
import type { Bound } from '../../model/quantity.ts';
import { isFiniteBound, showBound } from '../../model/quantity.ts';
import { basisOf, isWritten, known, labelOf } from '../config-facts.ts';
import { isConfiguredBy } from '../config-policies.ts';
import { keycloak } from '../example-configs.ts';
import { inventoryText } from '../example-documents.ts';

const VERIFIERS = '- { name: orders, environment: prod, issuer: main, library: { name: jose, version: 6.2.18 } }';
const inventory = (life: string): string =>
  inventoryText({
    issuer: `time_to_act: 1m\nreplica_convergence: 5s\njwks_http: { max_age: 0s }\naccess_token_lifetime: ${life}`,
    verifiers: VERIFIERS,
  }).replace('issuer: https://id.example.com\n', 'issuer: https://id.example.com/realms/shop\n');
const REALM = keycloak({ realm: { accessTokenLifespan: 3600 } });

export const rule: Rule<'estate'> = {
  id: 'config/inventory-mismatch',
  on: 'estate',
  severity: 'error',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'An Inventory promises more than the configuration does.',
  why: 'Predictions are made from the Inventory, so a cache or a lifetime that is longer in fact than on paper makes every number too good. It is noticed in the drill, or on the bad day.',
  fix: 'Leave the value out of the Inventory, where the file is read it counts, or change the configuration.',
  sources: ['docs/configurations.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'inventory.yaml': inventory('5m'), 'realm.json': REALM } }],
    good: [
      {
        files: { 'inventory.yaml': inventory('1h'), 'realm.json': REALM },
        note: 'Longer on paper than in fact is on the safe side.',
      },
    ],
  },
  *check(estate): Iterable<Report> {
    for (const each of estate.inventories) {
      for (const issuer of each.issuers) yield* ofIssuer(issuer, each, estate);
      for (const verifier of each.verifiers) yield* ofVerifier(verifier, each, estate);
    }
  },
};

/** A declared wait and what a file says of it. */
interface Pair {
  readonly setting: string;
  readonly declared: Fact<Bound> | null | undefined;
  readonly actual: ConfigFact<Bound> | undefined;
}

function* ofIssuer(issuer: IssuerDeclaration, { file }: Inventory, { configs }: Estate): Iterable<Report> {
  for (const config of configs) {
    if (config.kind !== 'issuer' || config.profile !== null || !isSame(issuer, config)) continue;
    const { facts } = config;
    yield* compare(`issuer "${issuer.name}"`, file, config, [
      {
        setting: 'access_token_lifetime',
        declared: issuer.accessTokenLifetime,
        // What is asked about each time ends when the issuer says so.
        actual: knownValue(facts.accessTokenFormat) === 'opaque' ? undefined : facts.accessTokenLifetime,
      },
      {
        setting: 'refresh_token.absolute_lifetime',
        declared: issuer.refreshToken.absoluteLifetime,
        actual: facts.refreshTokenLifetime,
      },
      {
        setting: 'refresh_token.reuse_grace',
        declared: issuer.refreshToken.reuseGrace,
        actual: facts.refreshReuseGrace,
      },
    ]);
  }
}

function isSame(issuer: IssuerDeclaration, { facts }: IssuerConfig): boolean {
  const suffix = knownValue(facts.issuerSuffix);
  return (
    knownValue(facts.issuer) === issuer.issuer ||
    knownValue(facts.jwksUri) === issuer.jwksUri ||
    (suffix !== undefined && suffix.length > 1 && issuer.issuer.endsWith(suffix))
  );
}

function* ofVerifier(verifier: VerifierDeclaration, { file }: Inventory, { configs }: Estate): Iterable<Report> {
  if ((verifier.configs ?? []).length === 0) return;
  const { settings } = verifier;
  for (const config of configs) {
    if (config.kind !== 'verifier' || !isConfiguredBy(verifier, config)) continue;
    if (config.profile !== null && config.profile !== verifier.environment) continue;
    const { facts } = config;
    yield* compare(`verifier "${verifier.name}"`, file, config, [
      { setting: 'settings.key_cache_ttl', declared: settings.keyCacheTtl, actual: facts.keyCacheTtl },
      { setting: 'settings.verdict_cache_ttl', declared: settings.verdictCacheTtl, actual: facts.verdictCacheTtl },
      { setting: 'settings.stale_on_error', declared: settings.staleOnError, actual: facts.staleOnError },
      { setting: 'settings.leeway', declared: settings.leeway, actual: facts.leeway },
    ]);
  }
}

/** What a person declared in the Inventory and the file contradicts. Longer on paper than in fact is on the safe side. */
function* compare(
  who: string,
  file: string,
  config: IssuerConfig | VerifierConfig,
  pairs: readonly Pair[],
): Iterable<Report> {
  for (const { setting, declared, actual } of pairs) {
    const fact = known(actual);
    if (declared === null || declared === undefined || declared.origin !== 'explicit' || fact === null) continue;
    if (declared.at?.file !== file || !(lengthOf(declared.value) < lengthOf(fact.value))) continue;
    yield {
      at: declared.at,
      message: `${who} declares ${setting} ${showBound(declared.value)}, but ${labelOf(config)} has ${showBound(fact.value)}${basisOf(fact)}`,
      severity: isWritten(fact) ? 'error' : 'warning',
      confidence: isWritten(fact) ? 'certain' : 'likely',
      subject: `${who}/${setting}/${config.name}`,
      value: `${declared.value}<${fact.value}`,
      related: [{ at: fact.at, message: `in fact ${showBound(fact.value)}` }],
    };
  }
}

/** An unknown value is neither shorter nor longer than any other, so it contradicts nothing. */
function lengthOf(bound: Bound): number {
  if (bound === 'unknown') return NaN;
  return isFiniteBound(bound) ? bound : Infinity;
}
