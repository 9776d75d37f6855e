import type { ClientConfig, ConfigSubject, IssuerConfig, VerifierConfig } from '../model/config.ts';
import { knownValue } from '../model/config.ts';
import type { Estate, Report } from '../model/finding.ts';
import type { VerifierDeclaration } from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import type { EffectivePolicy, EffectiveTokenClass, Resolved, Scenario } from '../model/policy.ts';
import type { Millis } from '../model/quantity.ts';
import { perEstate, perSubject } from './per-estate.ts';
import { isApplied } from './policy-facts.ts';

/**
 * The policies that an issuer or verifier of a configuration file is held to: those of the Inventory's verifiers that
 * name the file, else those that speak of its issuer and, where both sides name audiences, of one of its audiences.
 */
export const policiesOf: (config: IssuerConfig | VerifierConfig, estate: Estate) => readonly EffectivePolicy[] =
  perSubject(findPolicies);

function findPolicies(config: IssuerConfig | VerifierConfig, estate: Estate): readonly EffectivePolicy[] {
  if (config.kind === 'verifier') {
    const named = namedPolicies(config, estate);
    if (named.length > 0) return named;
  }
  const speakers = appliedByIssuer(estate);
  const found = new Set(
    [...speakers.keys()].filter((issuer) => isIssuerOf(config, issuer)).flatMap((issuer) => speakers.get(issuer) ?? []),
  );
  const speakOfIssuer = found.size === 0 ? [] : estate.policies.filter((policy) => found.has(policy));
  const audiences = knownValue(config.facts.audiences) ?? null;
  if (audiences === null || config.kind === 'issuer') return speakOfIssuer;
  const speakOfAudience = speakOfIssuer.filter((policy) => {
    const demanded = policy.tokens.access_token?.audiences.value ?? [];
    return demanded.length === 0 || demanded.some((audience) => audiences.includes(audience));
  });
  return speakOfAudience.length > 0 ? speakOfAudience : speakOfIssuer;
}

/** Policies that somebody is held to, by each issuer that they speak of. */
const appliedByIssuer = perEstate((estate): ReadonlyMap<string, readonly EffectivePolicy[]> => {
  const found = new Map<string, EffectivePolicy[]>();
  for (const policy of estate.policies) {
    if (!isApplied(policy, estate)) continue;
    for (const { issuer } of policy.issuers.value) found.set(issuer, [...(found.get(issuer) ?? []), policy]);
  }
  return found;
});

const configuredVerifiers = perEstate(({ inventories }) =>
  inventories.flatMap(({ verifiers }) => verifiers.filter(({ configs = [] }) => configs.length > 0)),
);

function namedPolicies(config: VerifierConfig, estate: Estate): readonly EffectivePolicy[] {
  const names = configuredVerifiers(estate)
    .filter((verifier) => isConfiguredBy(verifier, config))
    .map(({ policy }) => policy);
  return names.length === 0 ? [] : estate.policies.filter(({ name }) => names.includes(name));
}

/** Whether an Inventory says that the verifier is configured by this block of this file. */
export function isConfiguredBy({ configs = [] }: VerifierDeclaration, { file, name }: ConfigSubject): boolean {
  return configs.some((reference) => {
    const plain = reference.file.replace(/^(?:\.{1,2}\/)+/, '');
    return (file === plain || file.endsWith(`/${plain}`)) && (reference.name === null || reference.name === name);
  });
}

function isIssuerOf(config: IssuerConfig | VerifierConfig, issuer: string): boolean {
  if (config.kind === 'verifier') return (knownValue(config.facts.issuers) ?? []).includes(issuer);
  const suffix = knownValue(config.facts.issuerSuffix);
  return knownValue(config.facts.issuer) === issuer || (suffix !== undefined && issuer.endsWith(suffix));
}

/** The issuer that a client belongs to, where the same file has it. */
export function issuerOf({ adapter, file, issuer, profile }: ClientConfig, estate: Estate): IssuerConfig | null {
  return issuer === null
    ? null
    : (issuersByPlace(estate).get(placeKey({ adapter, file, name: issuer, profile })) ?? null);
}

const issuersByPlace = perEstate(({ configs }): ReadonlyMap<string, IssuerConfig> => {
  const found = new Map<string, IssuerConfig>();
  for (const config of configs) {
    if (config.kind !== 'issuer') continue;
    const key = placeKey(config);
    if (!found.has(key)) found.set(key, config);
  }
  return found;
});

function placeKey({
  adapter,
  file,
  name,
  profile,
}: Pick<IssuerConfig, 'adapter' | 'file' | 'name' | 'profile'>): string {
  return JSON.stringify([adapter, file, name, profile]);
}

/** The access token class of each policy that a configuration is held to. */
export function accessTokenRules(
  config: IssuerConfig | VerifierConfig,
  estate: Estate,
): readonly { readonly policy: EffectivePolicy; readonly rules: EffectiveTokenClass }[] {
  return policiesOf(config, estate).flatMap((policy) => {
    const rules = policy.tokens.access_token;
    return rules === undefined || !rules.present.value ? [] : [{ policy, rules }];
  });
}

/** One promise of one policy. */
export interface Promised {
  readonly policy: string;
  readonly max: Millis;
  /** Null for a default that nobody wrote. */
  readonly at: Location | null;
}

/**
 * What the policies promise for a scenario. Of several policies the loosest counts, as nobody said which of them is
 * meant; null when none speaks of it.
 */
export function objectiveOf(
  config: IssuerConfig | VerifierConfig,
  scenario: Scenario,
  estate: Estate,
): Promised | null {
  const objectives = policiesOf(config, estate).map((policy) => {
    const max = policy.objectives[scenario]?.max;
    return max === undefined ? null : { policy: policy.name, max: max.value, at: max.at };
  });
  const given = objectives.filter((each) => each !== null);
  return given.length < objectives.length ? null : (given.toSorted((a, b) => b.max - a.max)[0] ?? null);
}

/**
 * Whether everything together keeps the objective: a verifier that an Inventory configures by this file is predicted within
 * it, because a channel ends the leak before the caches do.
 */
export function keepsObjective(config: VerifierConfig, scenario: Scenario, estate: Estate): boolean {
  const configured = configuredVerifiers(estate).filter((verifier) => isConfiguredBy(verifier, config));
  if (configured.length === 0) return false;
  const predictions = estate.predictions.filter(
    (prediction) =>
      prediction.arm === 'quiet' &&
      prediction.scenario === scenario &&
      configured.some(
        ({ name, environment }) => name === prediction.verifier && environment === prediction.environment,
      ),
  );
  return predictions.length > 0 && predictions.every(({ verdict }) => verdict === 'within');
}

/** The limit of the policy that demands least, with the policy; null when none governs. */
export function loosest<T extends number | string>(
  limits: readonly { readonly policy: EffectivePolicy; readonly limit: Resolved<T> }[],
): { readonly policy: EffectivePolicy; readonly limit: Resolved<T> } | null {
  const height = (value: T): number => (typeof value === 'number' ? value : Infinity);
  return limits.toSorted((a, b) => height(b.limit.value) - height(a.limit.value))[0] ?? null;
}

/** Where a limit was written, as a related place. */
export function placeOfLimit(
  { at }: { readonly at: Location | null },
  message: string,
): NonNullable<Report['related']> {
  return at === null ? [] : [{ at, message }];
}
