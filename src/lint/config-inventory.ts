import type { ConfigFact, ConfigPair, ConfigSubject, IssuerConfig, VerifierConfig } from '../model/config.ts';
import { knownValue } from '../model/config.ts';
import type { Problem } from '../model/failure.ts';
import type { Fact } from '../model/fact.ts';
import { defaulted, derived, unknownFact } from '../model/fact.ts';
import type { ConfigReference, Inventory, IssuerDeclaration, VerifierDeclaration } from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Bound } from '../model/quantity.ts';
import { ZERO, showBound, sumBounds } from '../model/quantity.ts';
import { findProduct } from '../predict/products.ts';
import { folderOf } from '../model/location.ts';

/** What stands for the waits that only an Inventory can tell. */
const NOT_COUNTED = 'not counted: no Inventory declares it';

/** Lets configuration files fill in what an Inventory leaves open about the verifiers that it names them for. */
export function completeInventories(
  inventories: readonly Inventory[],
  configs: readonly ConfigSubject[],
): readonly Inventory[] {
  return inventories.map((inventory) => ({
    ...inventory,
    verifiers: inventory.verifiers.map((verifier) => {
      const config = configOf(verifier, inventory, configs);
      return config === null ? verifier : complete(verifier, config);
    }),
  }));
}

function configOf(
  verifier: VerifierDeclaration,
  inventory: Inventory,
  configs: readonly ConfigSubject[],
): VerifierConfig | null {
  const candidates = (verifier.configs ?? []).flatMap((reference) =>
    configs
      .filter((config) => config.kind === 'verifier')
      .filter(({ file, name }) => isFile(file, reference, inventory) && (reference.name ?? name) === name),
  );
  // Overlays come after their base and say what counts there; the environment's own name chooses.
  return candidates.find(({ profile }) => profile === verifier.environment) ?? candidates[0] ?? null;
}

function isFile(file: string, reference: ConfigReference, inventory: Inventory): boolean {
  return pathsOf(reference, inventory).includes(file);
}

/** What a reference may mean: a path from where firebreak runs, or from the folder of the Inventory. */
export function pathsOf({ file }: ConfigReference, inventory: Inventory): readonly string[] {
  const plain = file.replace(/^\.\//, '');
  const folder = folderOf(inventory.file);
  return [...new Set([plain, normalize(folder + plain)])];
}

/** Without `.` and `..` segments. */
function normalize(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return kept.join('/');
}

function complete(verifier: VerifierDeclaration, config: VerifierConfig): VerifierDeclaration {
  const fromFile = settingsOf(config);
  const { settings } = verifier;
  return {
    ...verifier,
    library: verifier.library ?? libraryOf(config),
    settings: {
      ...settings,
      keyCacheTtl: settings.keyCacheTtl ?? fromFile.keyCacheTtl,
      cooldown: settings.cooldown ?? fromFile.cooldown,
      fetchTimeout: settings.fetchTimeout ?? fromFile.fetchTimeout,
      verdictCacheTtl: settings.verdictCacheTtl ?? fromFile.verdictCacheTtl,
      leeway: settings.leeway ?? fromFile.leeway,
      requiresExp: settings.requiresExp ?? fromFile.requiresExp,
      verifiesExp: settings.verifiesExp ?? fromFile.verifiesExp ?? null,
      staleOnError: settings.staleOnError ?? fromFile.staleOnError ?? null,
      deployTime: settings.deployTime,
    },
    derivedSessionLifetime:
      verifier.derivedSessionLifetime.origin === 'explicit'
        ? verifier.derivedSessionLifetime
        : (boundFact(config.facts.derivedSessionLifetime) ?? verifier.derivedSessionLifetime),
  };
}

/**
 * Verifiers of configuration files that no Inventory names, each with the issuer it is paired with, as far as files tell.
 * Waits that only an Inventory can tell count as none, so a bound made from these is the verifier's own share.
 */
export function inventoryOfConfigs(
  configs: readonly ConfigSubject[],
  pairs: readonly ConfigPair[],
  inventories: readonly Inventory[],
  policies: readonly EffectivePolicy[],
): Inventory | null {
  const unnamed = configs
    .filter((config) => config.kind === 'verifier')
    .filter((config) => config.product !== null && !isNamed(config, inventories));
  if (unnamed.length === 0) return null;
  const first = unnamed[0];
  const issuers = issuersOf(pairs);
  return {
    name: CONFIG_INVENTORY,
    file: first?.file ?? '',
    environments: [],
    channels: [],
    issuers: unnamed.map((config) => issuerOf(config, issuers.get(config) ?? [])),
    verifiers: unnamed.map((config) => verifierOf(config, policies)),
  };
}

/** Name of the inventory that is made from configuration files alone. */
export const CONFIG_INVENTORY = 'configuration files';

function isNamed(config: VerifierConfig, inventories: readonly Inventory[]): boolean {
  return inventories.some((inventory) =>
    inventory.verifiers.some(({ configs = [] }) =>
      configs.some(
        (reference) =>
          isFile(config.file, reference, inventory) && (reference.name === null || reference.name === config.name),
      ),
    ),
  );
}

function nameOf({ file, name, profile }: VerifierConfig): string {
  return `${file} ${name}${profile === null ? '' : ` [${profile}]`}`;
}

function environmentOf({ profile }: VerifierConfig): string {
  return profile ?? 'any';
}

function verifierOf(config: VerifierConfig, policies: readonly EffectivePolicy[]): VerifierDeclaration {
  return {
    name: nameOf(config),
    owner: null,
    environment: environmentOf(config),
    issuer: nameOf(config),
    policy: policyOf(config, policies),
    library: libraryOf(config),
    settings: { ...settingsOf(config), deployTime: null },
    channels: [],
    routes: [],
    isPartial: true,
    derivedSessionLifetime:
      boundFact(config.facts.derivedSessionLifetime) ??
      derived<Bound>(ZERO, 'the product makes no sessions that are known here', config.at),
    at: config.at,
  };
}

/** The one policy that speaks of an issuer this verifier accepts. */
function policyOf({ facts }: VerifierConfig, policies: readonly EffectivePolicy[]): string | null {
  const issuers = knownValue(facts.issuers) ?? [];
  const governing = policies.filter((policy) => policy.issuers.value.some(({ issuer }) => issuers.includes(issuer)));
  const leaves = governing.filter(({ name }) => !governing.some(({ chain }) => chain.slice(1).includes(name)));
  const [only, ...others] = leaves;
  return only !== undefined && others.length === 0 ? only.name : null;
}

/** The issuers that each verifier is paired with. */
function issuersOf(pairs: readonly ConfigPair[]): ReadonlyMap<VerifierConfig, readonly IssuerConfig[]> {
  const found = new Map<VerifierConfig, IssuerConfig[]>();
  for (const { issuer, verifier } of pairs) {
    const known = found.get(verifier);
    if (known === undefined) found.set(verifier, [issuer]);
    else known.push(issuer);
  }
  return found;
}

function issuerOf(config: VerifierConfig, candidates: readonly IssuerConfig[]): IssuerDeclaration {
  // Some products say in one block who the issuer is and in another what it hands out.
  const issuer = candidates.find(({ facts }) => facts.accessTokenLifetime !== undefined) ?? candidates[0] ?? null;
  const at = issuer?.at ?? config.at;
  const none = (): Fact<Bound> => derived<Bound>(ZERO, NOT_COUNTED, at);
  const facts: Partial<IssuerConfig['facts']> = issuer?.facts ?? {};
  const lifetime = (fact: ConfigFact<Bound> | undefined, what: string): Fact<Bound> =>
    boundFact(fact) ?? unknownFact<Bound>('unknown', `no file here says ${what}`, at);
  const rotation = flagFact(facts.refreshRotation);
  return {
    name: nameOf(config),
    environment: environmentOf(config),
    issuer: knownValue(facts.issuer) ?? knownValue(config.facts.issuers)?.[0] ?? '',
    jwksUri: knownValue(config.facts.jwksUri) ?? knownValue(facts.jwksUri) ?? '',
    tokenEndpoint: null,
    revocationEndpoint: null,
    introspectionEndpoint: null,
    admin: null,
    timeToAct: none(),
    removalDelay: none(),
    replicaConvergence: none(),
    edge: { maxAge: none(), staleWhileRevalidate: none(), staleIfError: none() },
    accessTokenLifetime: lifetime(facts.accessTokenLifetime, 'how long access tokens live'),
    refreshToken: {
      rotation: rotation ?? unknownFact(false, 'no file here says whether refresh tokens rotate', at),
      reuseDetection: unknownFact('off', 'no file here says what reuse of a refresh token does', at),
      reuseGrace: lifetime(facts.refreshReuseGrace, 'how long a rotated refresh token still works'),
      absoluteLifetime: lifetime(facts.refreshTokenLifetime, 'how long refresh tokens live'),
      revokesAccessTokens: flagFact(facts.revokesAccessTokens) ?? unknownFact(false, 'no file here says so', at),
    },
    at,
  };
}

function libraryOf({ product, at }: VerifierConfig): VerifierDeclaration['library'] {
  return product === null ? null : { name: product.id, version: product.version, at };
}

type FileSettings = Omit<VerifierDeclaration['settings'], 'deployTime'>;

function settingsOf({ facts, product, at }: VerifierConfig): FileSettings {
  return {
    keyCacheTtl: withCacheInFront(boundFact(facts.keyCacheTtl), boundFact(facts.upstreamKeyCacheTtl), () =>
      knownTtl(product, at),
    ),
    cooldown: boundFact(facts.cooldown),
    fetchTimeout: boundFact(facts.fetchTimeout),
    verdictCacheTtl: boundFact(facts.verdictCacheTtl),
    leeway: boundFact(facts.leeway),
    requiresExp: flagFact(facts.requiresExp),
    verifiesExp: flagFact(facts.expVerified),
    staleOnError: boundFact(facts.staleOnError),
  };
}

/** Caches in series add up: each may have fetched just before the one in front of it did. */
function withCacheInFront(
  written: Fact<Bound> | null,
  front: Fact<Bound> | null,
  byDefault: () => Fact<Bound>,
): Fact<Bound> | null {
  if (front === null || front.value === 0) return written;
  const own = written ?? byDefault();
  const source = `${showBound(own.value)} of its own and ${showBound(front.value)} of a cache in front of it`;
  return derived<Bound>(sumBounds([own.value, front.value]), source, own.at ?? front.at);
}

function knownTtl(product: VerifierConfig['product'], at: Location): Fact<Bound> {
  const match = product === null ? null : findProduct(product.id, product.version);
  if (match?.kind !== 'known') return unknownFact<Bound>('unknown', 'nothing is known of its key cache', at);
  const { value, source } = match.product.keyCacheTtl;
  return defaulted<Bound>(value, source, at);
}

function boundFact(fact: ConfigFact<Bound> | undefined): Fact<Bound> | null {
  if (fact === undefined) return null;
  if (fact.origin === 'unknown') return unknownFact<Bound>('unknown', fact.source, fact.at);
  const { value, origin, at, source } = fact;
  return { value, origin, at, source };
}

function flagFact(fact: ConfigFact<boolean> | undefined): Fact<boolean> | null {
  if (fact === undefined) return null;
  if (fact.origin === 'unknown') return unknownFact(false, fact.source, fact.at);
  const { value, origin, at, source } = fact;
  return { value, origin, at, source };
}

/** Blocks that an Inventory names must exist in the files of the run; a file that is not part of the run is not judged. */
export function checkConfigReferences(
  inventories: readonly Inventory[],
  configs: readonly ConfigSubject[],
): readonly Problem[] {
  return inventories.flatMap((inventory) =>
    [
      ...inventory.issuers.map((issuer) => ({ kind: 'issuer' as const, references: issuer.configs ?? [] })),
      ...inventory.verifiers.map((verifier) => ({ kind: 'verifier' as const, references: verifier.configs ?? [] })),
    ].flatMap(({ kind, references }) =>
      references.flatMap((reference): readonly Problem[] => {
        const names = configs
          .filter((config) => config.kind === kind && isFile(config.file, reference, inventory))
          .map(({ name }) => name);
        if (reference.name === null || names.length === 0 || names.includes(reference.name)) return [];
        return [
          {
            code: 'document/not-found',
            message: `${reference.file} configures no ${kind} "${reference.name}"`,
            hint: `it configures ${names.map((name) => `"${name}"`).join(', ')}`,
            at: reference.at,
          },
        ];
      }),
    ),
  );
}
