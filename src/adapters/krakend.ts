import type { ConfigRemark, ConfigSubject, RouteConfig, VerifierConfig, VerifierFactMap } from '../model/config.ts';
import { ZERO, millis } from '../model/quantity.ts';
import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter, Setting } from './adapter.ts';
import type { ConfigNode } from './config-node.ts';
import { child, items, members, rootOf } from './config-node.ts';
import {
  completeFacts,
  durationFact,
  explicitFact,
  flagFact,
  listFact,
  mapFact,
  textFact,
  unknownConfigFact,
} from './facts.ts';

const JOSE = 'krakend-jose 2.9';
const PAGE = 'https://www.krakend.io/docs/authorization/jwt-validation/';

const settings: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'auth/validator.alg',
    absent: null,
    note: 'Required; must be equal to the `alg` of the token.',
  },
  { on: 'verifier', fact: 'jwksUri', setting: 'auth/validator.jwk_url', absent: null },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'auth/validator.issuer',
    absent: { origin: 'default', value: null, source: `${JOSE}: jose.go, Issuer` },
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'auth/validator.audience',
    absent: { origin: 'default', value: null, source: `${JOSE}: jose.go, Audience` },
    note: 'All listed audiences must be in the token.',
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'auth/validator.cache_duration',
    unit: 's',
    absent: {
      origin: 'default',
      value: ZERO,
      source: `${JOSE}: jwk.go, without "cache" keys are fetched for every request`,
    },
    note: 'Counts only beside `"cache": true`, and is then 15m unless written.',
  },
  {
    on: 'verifier',
    fact: 'upstreamKeyCacheTtl',
    setting: 'auth/validator.shared_cache_duration',
    unit: 's',
    absent: null,
    note: 'Stands in the root of the configuration. An expired key is taken from this cache first, so the two add up.',
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: 'auth/validator.leeway',
    unit: 's',
    absent: { origin: 'default', value: millis(1000), source: `${JOSE}: jose.go, Leeway; also the least it can be` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: {
      origin: 'platform',
      value: false,
      source: 'go-jose 3: jwt/validation.go, ValidateWithLeeway: exp is checked when present',
    },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: 'auth/validator.failed_jwk_key_cooldown',
    absent: { origin: 'default', value: 'unthrottled', source: `${JOSE}: key_cacher.go fetches for every unknown kid` },
  },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'auth/validator.disable_jwk_security',
    absent: { origin: 'default', value: true, source: `${JOSE}: jwk.go, disable_jwk_security allows plain HTTP` },
  },
  {
    on: 'route',
    fact: 'requirement',
    setting: 'endpoints[].extra_config.auth/validator',
    absent: { origin: 'default', value: 'none', source: `${PAGE}: endpoints without a validator are public` },
  },
];

/** Every key of the validator (KrakenD 2.9 JSON Schema, auth/validator); others are passed over in silence. */
const KNOWN = new Set(
  'alg audience auth_header_name cache cache_duration cipher_suites cookie_key disable_jwk_security failed_jwk_key_cooldown issuer jwk_fingerprints jwk_local_ca jwk_local_path jwk_url key_identify_strategy leeway local_ca operation_debug propagate_claims roles roles_key roles_key_is_nested scopes scopes_key scopes_matcher secret_url $schema disable_flush claims_to_verify'.split(
    ' ',
  ),
);

const NAMESPACES = 'auth/validator|github.com/devopsfaith/krakend-jose/validator';

/** Reads endpoints and their token validators. */
export const adapter: Adapter = {
  id: 'krakend',
  title: 'KrakenD',
  role: 'gateway',
  reads:
    'Configurations of version 2 and 3 (JSON, YAML and their Go templates): every endpoint, its `auth/validator`, and the shared key cache of the root.',
  assumes: [
    'Partials and settings that a template includes are not followed.',
    'A revoker (`auth/revoker`) is seen, what its bloom filter holds is not.',
  ],
  sources: [PAGE, 'https://github.com/krakend/krakend-jose'],
  settings,
  examples: [
    {
      file: 'krakend.json',
      text: `{
  "version": 3,
  "endpoints": [
    {
      "endpoint": "/orders",
      "extra_config": {
        "auth/validator": {
          "alg": "ES256",
          "jwk_url": "https://id.example.com/jwks.json",
          "issuer": "https://id.example.com",
          "audience": ["orders"],
          "cache": true,
          "cache_duration": 300
        }
      }
    }
  ]
}
`,
    },
  ],
  mayHold: (_file, text) => text.includes('endpoints') && /auth\/validator|krakend-jose\/validator/.test(text),
  recognise: (document) =>
    items(child(rootOf(document), 'endpoints')).some((endpoint) => validatorOf(endpoint) !== null),
  read(document) {
    const endpoints = items(child(rootOf(document), 'endpoints'));
    return endpoints.flatMap((endpoint, index) => readEndpoint(document, endpoint, index));
  },
};

function validatorOf(endpoint: ConfigNode): ConfigNode | null {
  return child(endpoint, 'extra_config', NAMESPACES);
}

function readEndpoint(document: ConfigDocument, endpoint: ConfigNode, index: number): readonly ConfigSubject[] {
  const path = textFact(child(endpoint, 'endpoint'));
  const method = textFact(child(endpoint, 'method'));
  const shown = path !== undefined && path.origin !== 'unknown' ? path.value : `number ${index}`;
  const name = `endpoint ${method !== undefined && method.origin !== 'unknown' ? method.value : 'GET'} ${shown}`;
  const validator = validatorOf(endpoint);
  const route: RouteConfig = {
    kind: 'route',
    adapter: adapter.id,
    name,
    file: document.file,
    at: endpoint.at,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers: validator === null ? [] : [name],
    facts: completeFacts<RouteConfig['facts']>(
      settings,
      'route',
      {
        paths: mapFact(path, (text) => [text]),
        methods: mapFact(method, (text) => [text.toUpperCase()]),
        requirement: validator === null ? undefined : explicitFact('required', validator.keyAt),
      },
      endpoint.at,
    ),
  };
  return validator === null ? [route] : [readValidator(document, validator, name), route];
}

function readValidator(document: ConfigDocument, validator: ConfigNode, name: string): VerifierConfig {
  const shared = child(rootOf(document), 'extra_config', NAMESPACES, 'shared_cache_duration');
  const cached = flagFact(child(validator, 'cache'));
  const url = textFact(child(validator, 'jwk_url'));
  const isLocal = child(validator, 'jwk_local_path') !== null;
  return {
    kind: 'verifier',
    adapter: adapter.id,
    name,
    file: document.file,
    at: validator.at,
    profile: null,
    product: isLocal ? { id: 'static-keys', version: null } : { id: 'krakend', version: null },
    secrets: [],
    remarks: remarksOf(validator),
    inlineKeys: [],
    facts: completeFacts<VerifierFactMap>(
      settings,
      'verifier',
      {
        algorithms: listFact(child(validator, 'alg')),
        jwksUri: url,
        keySource: isLocal
          ? explicitFact('static', validator.at)
          : url === undefined
            ? undefined
            : explicitFact('jwks', validator.at),
        issuers: listFact(child(validator, 'issuer')),
        audiences: listFact(child(validator, 'audience')),
        keyCacheTtl: cacheOf(validator, cached),
        upstreamKeyCacheTtl:
          cached === undefined || (cached.origin !== 'unknown' && !cached.value)
            ? undefined
            : durationFact(shared, 's'),
        leeway: durationFact(child(validator, 'leeway'), 's'),
        refetchOnUnknownKid: mapFact(durationFact(child(validator, 'failed_jwk_key_cooldown'), 's'), (wait) =>
          wait === 0 ? 'unthrottled' : 'throttled',
        ),
        tlsVerified: mapFact(flagFact(child(validator, 'disable_jwk_security')), (off) => !off),
        denylistClaims:
          child(rootOf(document), 'extra_config', 'auth/revoker') === null
            ? undefined
            : unknownConfigFact(validator.at, 'what auth/revoker holds is not in the file'),
      },
      validator.at,
    ),
  };
}

/** @see https://www.krakend.io/docs/authorization/jwt-validation/ "cache_duration": 900 seconds, counted only with "cache" */
function cacheOf(validator: ConfigNode, cached: ReturnType<typeof flagFact>): VerifierFactMap['keyCacheTtl'] {
  if (cached === undefined || cached.origin === 'unknown') return cached;
  if (!cached.value) return explicitFact(ZERO, cached.at, '"cache" is off');
  const written = durationFact(child(validator, 'cache_duration'), 's');
  return (
    written ?? {
      origin: 'default',
      value: millis(900_000),
      at: cached.at,
      source: `${JOSE}: key_cacher.go, cache_duration`,
      versions: null,
    }
  );
}

function remarksOf(validator: ConfigNode): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = members(validator)
    .filter(([key]) => !KNOWN.has(key) && !key.startsWith('@') && !key.startsWith('_') && !/\uE000/.test(key))
    .map(([key, node]) => ({
      kind: 'unknown-setting',
      message: `auth/validator has no setting "${key}"; KrakenD passes over it in silence`,
      at: node.keyAt,
    }));
  const duration = child(validator, 'cache_duration');
  if (duration !== null && typeof duration.value === 'number' && duration.value > 0 && duration.value < 60) {
    remarks.push({
      kind: 'unit-suspect',
      message: `cache_duration counts seconds, so keys are cached for ${duration.value}s only`,
      at: duration.at,
    });
  }
  const cache = child(validator, 'cache');
  if (duration !== null && cache?.value !== true && typeof cache?.value !== 'string') {
    remarks.push({
      kind: 'ignored-setting',
      message: 'cache_duration has no effect without "cache": true; keys are fetched for every request',
      at: duration.keyAt,
    });
  }
  return remarks;
}
