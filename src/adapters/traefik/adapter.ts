import type { ConfigFact, ConfigSecret, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { millis } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import { MASK } from '../../source/placeholder.ts';
import type { Adapter } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, members, rootOf } from '../config-node.ts';
import { completeFacts, durationFact, explicitFact, flagFact, mapFact, textFact, unknownConfigFact } from '../facts.ts';
import { inlineKeysOf } from '../inline-keys.ts';
import { secretsOf } from '../secret.ts';
import { claimOf } from './claims.ts';
import { settings, settingsOfClients, settingsWithoutFetch } from './settings.ts';

/** Every option of the JWT middleware. Community plugins of the same name have others. */
const JWT_OPTIONS = new Set(
  'signingSecret signingSecretBase64Encoded publicKey jwksFile jwksUrl forwardAuthorization tokenKey claims usernameClaim forwardHeaders clientConfig'.split(
    ' ',
  ),
);
const KEY_OPTIONS = ['jwksUrl', 'jwksFile', 'publicKey', 'signingSecret'] as const;

/** Reads the middlewares of Traefik Hub that check tokens or log users in. */
export const adapter: Adapter = {
  id: 'traefik',
  title: 'Traefik Hub',
  role: 'gateway',
  reads:
    'Middlewares `jwt`, `oidc` and `oAuthIntrospection` of Traefik Hub, as Kubernetes resources and in dynamic configuration files (YAML, JSON).',
  assumes: [
    'A `forwardAuth` middleware asks a service that is configured elsewhere, and is passed over; so are the routes that use a middleware.',
    'A plugin called `jwt` that has other options is a community plugin and is left alone.',
  ],
  sources: [
    'https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-jwt',
    'https://github.com/traefik/traefik/blob/master/docs/content/reference/routing-configuration/http/middlewares/jwt.md',
    'https://github.com/traefik/traefik/blob/master/docs/content/reference/routing-configuration/http/middlewares/oidc.md',
  ],
  settings,
  examples: [
    {
      file: 'middleware.yaml',
      text: `apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata:
  name: orders-tokens
spec:
  plugin:
    jwt:
      jwksUrl: https://id.example.com/jwks.json
      claims: Equals(\`iss\`, \`https://id.example.com\`) && Contains(\`aud\`, \`orders\`)
`,
      note: 'How long keys are kept is up to the cache headers of the key set.',
    },
  ],
  mayHold: (_file, text) => text.includes('plugin') && /\b(?:jwt|oidc|oAuthIntrospection)"?:/.test(text),
  recognise: (document) => middlewaresOf(document).length > 0,
  read: (document) => middlewaresOf(document).map((middleware) => readMiddleware(document, middleware)),
};

type Kind = 'jwt' | 'oidc' | 'oAuthIntrospection';

interface Middleware {
  readonly name: string;
  readonly kind: Kind;
  readonly options: ConfigNode;
}

function middlewaresOf(document: ConfigDocument): readonly Middleware[] {
  const root = rootOf(document);
  const version = child(root, 'apiVersion')?.value;
  if (typeof version === 'string' && version.startsWith('traefik.') && child(root, 'kind')?.value === 'Middleware') {
    const name = textFact(child(root, 'metadata', 'name'));
    const shown = name !== undefined && name.origin !== 'unknown' ? name.value : 'without a name';
    return pluginsOf(child(root, 'spec', 'plugin'), shown);
  }
  return members(child(root, 'http', 'middlewares')).flatMap(([name, middleware]) =>
    pluginsOf(child(middleware, 'plugin'), name),
  );
}

function pluginsOf(plugin: ConfigNode | null, name: string): readonly Middleware[] {
  return (['jwt', 'oidc', 'oAuthIntrospection'] as const).flatMap((kind) => {
    const options = child(plugin, kind);
    return options !== null && isOfHub(kind, options) ? [{ name, kind, options }] : [];
  });
}

function isOfHub(kind: Kind, options: ConfigNode): boolean {
  const names = members(options).map(([name]) => name);
  switch (kind) {
    case 'jwt':
      return (
        names.every((name) => JWT_OPTIONS.has(name) || name.includes(MASK)) &&
        KEY_OPTIONS.some((name) => names.includes(name))
      );
    case 'oidc':
      return ['issuer', 'redirectUrl', 'clientId'].every((name) => names.includes(name));
    case 'oAuthIntrospection':
      return child(options, 'clientConfig') !== null;
  }
}

type Facts = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

function readMiddleware({ file }: ConfigDocument, { name, kind, options }: Middleware): VerifierConfig {
  const isFetched = child(options, 'jwksUrl') !== null;
  const table = kind !== 'jwt' ? settingsOfClients : isFetched ? settings : settingsWithoutFetch;
  const facts =
    kind === 'jwt' ? jwtFactsOf(options) : kind === 'oidc' ? loginFactsOf(options) : introspectionFactsOf(options);
  return {
    kind: 'verifier',
    adapter: adapter.id,
    name: `middleware ${name}`,
    file,
    at: options.keyAt,
    profile: null,
    product: kind === 'jwt' ? { id: isFetched ? 'traefik-hub' : 'static-keys', version: null } : null,
    secrets: secretsIn(options),
    remarks: [],
    inlineKeys: [...inlineKeysOf(child(options, 'jwksFile')), ...inlineKeysOf(child(options, 'publicKey'))],
    facts: completeFacts<VerifierFactMap>(table, 'verifier', facts, options.keyAt),
  };
}

function jwtFactsOf(options: ConfigNode): Facts {
  const url = child(options, 'jwksUrl');
  const claims = child(options, 'claims');
  return {
    ...commonFactsOf(options),
    ...(url === null ? {} : addressOf(url)),
    keySource: keySourceOf(options),
    issuers: claimOf(claims, 'iss'),
    audiences: claimOf(claims, 'aud'),
    queryTokenAccepted: mapFact(textFact(child(options, 'tokenKey')), (key) => key !== ''),
  };
}

function keySourceOf(options: ConfigNode): ConfigFact<'jwks' | 'static' | 'shared-secret'> {
  const [key] = KEY_OPTIONS.flatMap((name) => child(options, name) ?? []);
  if (key === undefined) return unknownConfigFact(options.at, 'no key is named');
  if (key.pointer.endsWith('/jwksUrl')) return explicitFact('jwks', key.keyAt);
  return explicitFact(key.pointer.endsWith('/signingSecret') ? 'shared-secret' : 'static', key.keyAt);
}

/** A path is asked for at the host that `iss` names: whoever makes a token chooses where its key comes from. */
function addressOf(node: ConfigNode): Facts {
  const url = textFact(node);
  if (url === undefined || url.origin === 'unknown' || !url.value.startsWith('/')) return { jwksUri: url };
  return {
    jwksUri: unknownConfigFact(url.at, 'its host is the one that iss of the token names'),
    fetchRestricted: explicitFact(false, url.at),
  };
}

function commonFactsOf(options: ConfigNode): Facts {
  const headers = child(options, 'forwardHeaders');
  const names = members(headers).map(([name]) => name);
  return {
    fetchTimeout: durationFact(child(options, 'clientConfig', 'timeoutSeconds'), 's'),
    tlsVerified: mapFact(flagFact(child(options, 'clientConfig', 'tls', 'insecureSkipVerify')), (skipped) => !skipped),
    forwardsToken: flagFact(child(options, 'forwardAuthorization')),
    claimHeaders:
      headers === null || names.length === 0 ? undefined : explicitFact({ names, stripped: true }, headers.keyAt),
  };
}

function loginFactsOf(options: ConfigNode): Facts {
  const issuer = child(options, 'issuer');
  const unchecked = flagFact(child(options, 'disableIssuerCheck'));
  const isUnchecked = unchecked !== undefined && unchecked.origin !== 'unknown' && unchecked.value;
  const trusted = textFact(child(options, 'trustedIssuer'));
  const issuers = mapFact(textFact(issuer), (url): readonly string[] => [
    url,
    ...(trusted === undefined || trusted.origin === 'unknown' ? [] : [trusted.value]),
  ]);
  return {
    ...commonFactsOf(options),
    keySource: issuer === null ? undefined : explicitFact('discovery', issuer.keyAt),
    discoveryUrl: textFact(issuer),
    issuers: isUnchecked ? explicitFact(null, unchecked.at) : issuers,
    derivedSessionLifetime: sessionOf(options),
  };
}

const SESSION = 'Traefik Hub: docs/content/reference/routing-configuration/http/middlewares/oidc.md';

function sessionOf(options: ConfigNode): ConfigFact<Bound> {
  const session = child(options, 'session');
  const sliding = flagFact(child(session, 'sliding'));
  if (sliding?.origin === 'unknown') return sliding;
  if (sliding === undefined) {
    const source = `${SESSION}, session.sliding: every request renews it`;
    return { origin: 'default', value: 'unbounded', at: options.keyAt, source, versions: null };
  }
  if (sliding.value) return explicitFact('unbounded', sliding.at, 'every request renews it');
  const source = `${SESSION}, session.expiry: 86400`;
  return (
    durationFact(child(session, 'expiry'), 's') ?? {
      origin: 'default',
      value: millis(86_400_000),
      at: options.keyAt,
      source,
      versions: null,
    }
  );
}

function introspectionFactsOf(options: ConfigNode): Facts {
  const claims = child(options, 'claims');
  return {
    ...commonFactsOf(options),
    keySource: explicitFact('none', options.keyAt, 'tokens are introspected'),
    issuers: claimOf(claims, 'iss'),
    audiences: claimOf(claims, 'aud'),
    queryTokenAccepted: mapFact(textFact(child(options, 'tokenSource', 'query')), (name) => name !== ''),
  };
}

function secretsIn(options: ConfigNode): readonly ConfigSecret[] {
  const isEncoded = flagFact(child(options, 'signingSecretBase64Encoded'));
  const encoding = isEncoded !== undefined && isEncoded.origin !== 'unknown' && isEncoded.value ? 'base64' : 'utf8';
  return [
    ...secretsOf(written(child(options, 'signingSecret')), 'hmac', { encoding }),
    ...secretsOf(written(child(options, 'clientSecret')), 'client'),
  ];
}

/** Null for `urn:k8s:secret:name:key`, which refers to a secret that is kept elsewhere. */
function written(node: ConfigNode | null): ConfigNode | null {
  return typeof node?.value === 'string' && node.value.startsWith('urn:') ? null : node;
}
