import type {
  ConfigFact,
  ConfigRemark,
  ConfigSubject,
  IssuerConfig,
  IssuerFactMap,
  RouteConfig,
  VerifierConfig,
  VerifierFactMap,
} from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Setting } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, members, rootOf } from '../config-node.ts';
import { partOf } from '../containers.ts';
import {
  completeFacts,
  derivedFact,
  durationFact,
  explicitFact,
  flagFact,
  mapFact,
  textFact,
  unknownConfigFact,
} from '../facts.ts';
import { secretsOf } from '../secret.ts';

const ID = 'supabase';

export function isProject(document: ConfigDocument): boolean {
  if (document.format !== 'toml') return false;
  const root = rootOf(document);
  const auth = child(root, 'auth');
  return (
    child(root, 'project_id') !== null &&
    ['site_url', 'jwt_expiry', 'enable_refresh_token_rotation', 'enable_signup', 'third_party'].some(
      (name) => child(auth, name) !== null,
    )
  );
}

/** The project, and once more for every remote that says something else. */
export function readProject(document: ConfigDocument, settings: readonly Setting[]): readonly ConfigSubject[] {
  const root = rootOf(document);
  const remotes = members(child(root, 'remotes')).filter(([, remote]) => speaksOfTokens(remote));
  return [
    ...readLayer({ root, remote: null, profile: null, settings }),
    ...remotes.flatMap(([profile, remote]) => readLayer({ root, remote, profile, settings })),
  ];
}

interface Layer {
  readonly root: ConfigNode;
  readonly remote: ConfigNode | null;
  readonly profile: string | null;
  readonly settings: readonly Setting[];
}

function speaksOfTokens(remote: ConfigNode): boolean {
  return child(remote, 'auth') !== null || child(remote, 'functions') !== null;
}

/** What the remote says, else what the project does. `env(NAME)` and `encrypted:` are filled in elsewhere. */
function pick({ root, remote }: Layer, ...path: readonly string[]): ConfigNode | null {
  const node = child(remote, ...path) ?? child(root, ...path);
  if (node === null || typeof node.value !== 'string') return node;
  const [, name] = /^env\((.*)\)$/.exec(node.value) ?? [];
  if (name !== undefined || node.value.startsWith('encrypted:')) return partOf(node, `\${${name ?? 'encrypted'}}`);
  return node.value === '' ? null : node;
}

function readLayer(layer: Layer): readonly ConfigSubject[] {
  const isAuth = knownValue(flagFact(pick(layer, 'auth', 'enabled'))) !== false;
  // What a remote leaves as it is, the project has told already.
  const speaksOf = (...path: readonly string[]): boolean =>
    layer.remote === null || child(layer.remote, ...path) !== null;
  return [
    ...(isAuth && speaksOf('auth') ? [readIssuer(layer), readVerifier(layer)] : []),
    ...(isAuth && speaksOf('auth', 'third_party') ? readThirdParties(layer) : []),
    ...(speaksOf('functions') ? readFunctions(layer) : []),
  ];
}

function placeOf({ root, remote }: Layer): ConfigNode {
  return child(remote, 'auth') ?? remote ?? child(root, 'auth') ?? root;
}

function readIssuer(layer: Layer): IssuerConfig {
  const { profile, settings } = layer;
  const node = placeOf(layer);
  const url = textFact(pick(layer, 'auth', 'jwt_issuer')) ?? textFact(pick(layer, 'auth', 'external_url'));
  const timebox = endless(durationFact(pick(layer, 'auth', 'sessions', 'timebox'), 's'));
  const idle = endless(durationFact(pick(layer, 'auth', 'sessions', 'inactivity_timeout'), 's'));
  return {
    kind: 'issuer',
    adapter: ID,
    name: 'auth',
    file: node.document.file,
    at: node.at,
    profile,
    product: { id: ID, version: null },
    secrets: [
      ...secretsOf(pick(layer, 'auth', 'jwt_secret'), 'hmac', { algorithm: 'HS256' }),
      ...secretsOf(pick(layer, 'auth', 'service_role_key'), 'admin'),
      ...secretsOf(pick(layer, 'auth', 'secret_key'), 'admin'),
      ...members(pick(layer, 'auth', 'external')).flatMap(([name]) =>
        secretsOf(pick(layer, 'auth', 'external', name, 'secret'), 'client'),
      ),
    ],
    remarks: remarksOn(layer),
    inlineKeys: [],
    facts: completeFacts<IssuerFactMap>(
      settings,
      'issuer',
      {
        issuer: url,
        issuerSuffix: url === undefined ? derivedFact('/auth/v1', node.at, 'behind the address of the API') : undefined,
        jwksUri: mapFact(url, (issuer) => `${issuer.replace(/(?<!\/)\/+$/, '')}/.well-known/jwks.json`),
        accessTokenLifetime: durationFact(pick(layer, 'auth', 'jwt_expiry'), 's'),
        refreshTokenLifetime: timebox,
        sessionLifetime: timebox,
        refreshTokenIdle: idle,
        sessionIdle: idle,
        refreshReuseDetection: flagFact(pick(layer, 'auth', 'enable_refresh_token_rotation')),
        refreshReuseGrace: durationFact(pick(layer, 'auth', 'refresh_token_reuse_interval'), 's'),
        signingAlgorithms: algorithms(layer),
      },
      node.at,
    ),
  };
}

/** Zero, as the CLI writes it for what is not set, is no limit. */
function endless(fact: ConfigFact<Bound> | undefined): ConfigFact<Bound> | undefined {
  return mapFact(fact, (value) => (value === 0 ? 'unbounded' : value));
}

function algorithms(layer: Layer): IssuerFactMap['signingAlgorithms'] {
  const keys = pick(layer, 'auth', 'signing_keys_path');
  if (keys !== null) return unknownConfigFact(keys.at, 'the file of signing keys says which');
  const secret = pick(layer, 'auth', 'jwt_secret');
  if (secret !== null) return explicitFact(['HS256'], secret.at);
  return unknownConfigFact(placeOf(layer).at, 'the keys of a hosted project are set up on the platform');
}

/** Everything of the project that takes its tokens: the Data API, Storage, Realtime and functions. */
function readVerifier(layer: Layer): VerifierConfig {
  const node = placeOf(layer);
  const keys = pick(layer, 'auth', 'signing_keys_path');
  const secret = pick(layer, 'auth', 'jwt_secret');
  const facts: { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined } = {
    issuerReference: derivedFact('auth', node.at, 'the services of a project take the tokens of its Auth server'),
    keySource:
      keys !== null
        ? explicitFact('jwks', keys.at)
        : secret !== null
          ? explicitFact('shared-secret', secret.at)
          : unknownConfigFact(node.at, 'the keys of a hosted project are set up on the platform'),
  };
  return verifierOf(layer, { name: 'project', node, product: ID, facts });
}

interface Verifying {
  readonly name: string;
  readonly node: ConfigNode;
  readonly product: string | null;
  readonly facts: { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };
}

function verifierOf({ profile, settings }: Layer, { name, node, product, facts }: Verifying): VerifierConfig {
  return {
    kind: 'verifier',
    adapter: ID,
    name,
    file: node.document.file,
    at: node.at,
    profile,
    product: product === null ? null : { id: product, version: null },
    secrets: [],
    remarks: [],
    inlineKeys: [],
    // Keys of the project itself and those of somebody else are kept for different times.
    facts: completeFacts<VerifierFactMap>(
      settings.filter(({ fact, setting }) => fact !== 'keyCacheTtl' || (product === null) === (setting !== null)),
      'verifier',
      facts,
      node.at,
    ),
  };
}

/** Issuers by the names that a project knows them under, as `<name>: address of <settings>`. */
const THIRD_PARTIES: Readonly<
  Record<string, { readonly of: readonly string[]; readonly url: (...values: readonly string[]) => string }>
> = {
  firebase: { of: ['project_id'], url: (project) => `https://securetoken.google.com/${project}` },
  auth0: {
    of: ['tenant', 'tenant_region'],
    url: (tenant, region) => `https://${tenant}${region === '' ? '' : `.${region}`}.auth0.com`,
  },
  aws_cognito: {
    of: ['user_pool_id', 'user_pool_region'],
    url: (pool, region) => `https://cognito-idp.${region}.amazonaws.com/${pool}`,
  },
  clerk: { of: ['domain'], url: (domain) => `https://${domain}` },
  workos: { of: ['issuer_url'], url: (url = '') => url },
};

function readThirdParties(layer: Layer): readonly VerifierConfig[] {
  return Object.entries(THIRD_PARTIES).flatMap(([name, { of, url }]) => {
    const node = pick(layer, 'auth', 'third_party', name);
    if (node === null || knownValue(flagFact(pick(layer, 'auth', 'third_party', name, 'enabled'))) !== true) return [];
    const parts = of.map((setting) => textFact(pick(layer, 'auth', 'third_party', name, setting)));
    const at = parts[0]?.at ?? node.at;
    const unknown = parts.find((part) => part?.origin === 'unknown');
    const issuer =
      parts[0] === undefined || unknown !== undefined
        ? unknownConfigFact(at, 'it is filled in elsewhere')
        : explicitFact(url(...parts.map((part) => knownValue(part) ?? '')), at);
    const facts = {
      discoveryUrl: mapFact(issuer, (value) => `${value.replace(/(?<!\/)\/+$/, '')}/.well-known/openid-configuration`),
      keySource: explicitFact('discovery' as const, node.at),
    };
    return [verifierOf(layer, { name: `third party ${name}`, node, product: null, facts })];
  });
}

function readFunctions(layer: Layer): readonly RouteConfig[] {
  const { profile, settings } = layer;
  return members(pick(layer, 'functions')).map(([name, node]) => {
    const verified = flagFact(pick(layer, 'functions', name, 'verify_jwt'));
    return {
      kind: 'route' as const,
      adapter: ID,
      name: `function ${name}`,
      file: node.document.file,
      at: node.at,
      profile,
      secrets: [],
      remarks: [],
      verifiers: ['project'],
      facts: completeFacts<RouteConfig['facts']>(
        settings,
        'route',
        {
          paths: explicitFact([`/functions/v1/${name}`], node.at),
          requirement: mapFact(verified, (isVerified) => (isVerified ? 'required' : 'none')),
        },
        node.at,
      ),
    };
  });
}

/** The template of the CLI gives a week as the most. */
const MOST_SECONDS = 604_800;

function remarksOn(layer: Layer): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = [];
  const expiry = pick(layer, 'auth', 'jwt_expiry');
  if (expiry !== null && typeof expiry.value === 'number' && expiry.value > MOST_SECONDS) {
    const message = `jwt_expiry counts seconds and is ${MOST_SECONDS} at most, so ${expiry.value} may be meant in milliseconds`;
    remarks.push({ kind: 'unit-suspect', message, at: expiry.at });
  }
  const detection = pick(layer, 'auth', 'enable_refresh_token_rotation');
  if (detection !== null && knownValue(flagFact(detection)) === false) {
    const message = 'enable_refresh_token_rotation is off, so the second use of a stolen refresh token ends nothing';
    remarks.push({ kind: 'insecure-setting', message, at: detection.at });
  }
  return remarks;
}
