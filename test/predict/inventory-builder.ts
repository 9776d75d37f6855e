import { explicit } from '../../src/model/fact.ts';
import type { Fact } from '../../src/model/fact.ts';
import type {
  ChannelDeclaration,
  ChannelUse,
  Inventory,
  IssuerDeclaration,
  VerifierDeclaration,
} from '../../src/model/inventory.ts';
import { startOf } from '../../src/model/location.ts';
import type { Scenario } from '../../src/model/policy.ts';
import type { Arm, Prediction } from '../../src/model/prediction.ts';
import type { Bound } from '../../src/model/quantity.ts';
import { isFiniteBound, millis } from '../../src/model/quantity.ts';
import { predict } from '../../src/predict/predict.ts';
import type { Product } from '../../src/predict/product.ts';

const AT = startOf('inventory.yaml');

/** A bound in seconds, as somebody wrote it. */
export function written(value: number | 'unbounded' | 'unknown'): Fact<Bound> {
  return explicit<Bound>(typeof value === 'number' ? millis(value * 1000) : value, AT);
}

export function issuerOf(changes: Partial<IssuerDeclaration> = {}): IssuerDeclaration {
  return {
    name: 'main',
    environment: 'prod',
    issuer: 'https://id.example.com/',
    jwksUri: 'https://id.example.com/jwks',
    tokenEndpoint: null,
    revocationEndpoint: null,
    introspectionEndpoint: null,
    admin: null,
    timeToAct: written(60),
    removalDelay: written(0),
    replicaConvergence: written(30),
    edge: { maxAge: written(300), staleWhileRevalidate: written(60), staleIfError: written(0) },
    accessTokenLifetime: written(900),
    refreshToken: {
      rotation: explicit(true, AT),
      reuseDetection: explicit('revoke_family', AT),
      reuseGrace: written(0),
      absoluteLifetime: written(1_209_600),
      revokesAccessTokens: explicit(false, AT),
    },
    at: AT,
    ...changes,
  };
}

export function verifierOf(
  library: string,
  version: string,
  changes: Partial<VerifierDeclaration> = {},
): VerifierDeclaration {
  return {
    name: library,
    owner: null,
    environment: 'prod',
    issuer: 'main',
    policy: null,
    library: { name: library, version, at: AT },
    settings: {
      keyCacheTtl: null,
      cooldown: null,
      fetchTimeout: null,
      verdictCacheTtl: null,
      leeway: null,
      requiresExp: null,
      deployTime: null,
    },
    channels: [],
    routes: [],
    derivedSessionLifetime: written(0),
    at: AT,
    ...changes,
  };
}

/** Settings with some of them written. */
export function settingsOf(changes: Partial<VerifierDeclaration['settings']>): Pick<VerifierDeclaration, 'settings'> {
  return {
    settings: {
      keyCacheTtl: null,
      cooldown: null,
      fetchTimeout: null,
      verdictCacheTtl: null,
      leeway: null,
      requiresExp: null,
      deployTime: null,
      ...changes,
    },
  };
}

export function denylist(
  keys: ChannelDeclaration['keys'],
  changes: Partial<ChannelDeclaration> = {},
): ChannelDeclaration {
  return {
    name: 'list',
    type: 'denylist',
    url: null,
    keys,
    delivery: 'poll',
    storeLag: written(0),
    at: AT,
    ...changes,
  };
}

export function useOf(changes: Partial<ChannelUse> = {}): ChannelUse {
  return {
    channel: 'list',
    interval: written(30),
    negativeCache: written(5),
    positiveCache: written(0),
    fetchTimeout: written(5),
    failMode: explicit('closed', AT),
    at: AT,
    ...changes,
  };
}

export function inventoryOf(verifiers: readonly VerifierDeclaration[], changes: Partial<Inventory> = {}): Inventory {
  return {
    name: 'test',
    file: 'inventory.yaml',
    environments: [],
    issuers: [issuerOf()],
    channels: [],
    verifiers,
    ...changes,
  };
}

/** A verifier of a product at a version that was checked. */
export function checkedVerifier(product: Product, changes: Partial<VerifierDeclaration> = {}): VerifierDeclaration {
  return verifierOf(product.id, product.checked?.versions[0] ?? '1', { name: nameOf(product), ...changes });
}

/** Two ranges of versions of one product are two entries. */
export function nameOf({ id, checked }: Product): string {
  return `${id} ${checked?.from ?? ''}`.trim();
}

/** The one prediction of an inventory with one verifier. */
export function predictionOf(inventory: Inventory, scenario: Scenario, arm: Arm = 'quiet'): Prediction {
  const [found, ...others] = predict([inventory], []).filter(
    (prediction) => prediction.scenario === scenario && prediction.arm === arm,
  );
  if (found === undefined || others.length > 0) throw new Error(`not one prediction for ${scenario} ${arm}`);
  return found;
}

/** A bound in seconds. */
export function inSeconds({ bound }: Pick<Prediction, 'bound'>): number | string {
  return isFiniteBound(bound) ? bound / 1000 : bound;
}
