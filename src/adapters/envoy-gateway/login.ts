import type { ClientConfig, ClientFactMap, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import { child } from '../config-node.ts';
import { settings } from './settings.ts';
import { completeFacts, derivedFact, flagFact, mapFact, orDefault, textFact, unknownConfigFact } from '../facts.ts';

/** The login of `spec.oidc`: a client of the issuer, and what lets a browser pass. */
export function readLogin(label: string, oidc: ConfigNode): readonly (VerifierConfig | ClientConfig)[] {
  const provider = child(oidc, 'provider');
  const issuer = textFact(child(provider, 'issuer'));
  const isDiscovered = child(provider, 'authorizationEndpoint') === null || child(provider, 'tokenEndpoint') === null;
  const refresh = flagFact(child(oidc, 'refreshToken'));
  const common = {
    adapter: 'envoy-gateway',
    file: oidc.document.file,
    at: oidc.keyAt,
    profile: null,
    secrets: [],
    remarks: [],
  } as const;
  const login = {
    issuers: mapFact(issuer, (text) => [text]),
    discoveryUrl: isDiscovered ? discoveryOf(issuer) : undefined,
    forwardsToken: orDefault(
      flagFact(child(oidc, 'forwardAccessToken')),
      {
        origin: 'default',
        value: false,
        source: 'Envoy Gateway 1.9: api/v1alpha1/oidc_types.go, forwardAccessToken',
      },
      oidc.keyAt,
    ),
  };
  const client = {
    clientId: textFact(child(oidc, 'clientID')),
    redirectUris: redirects(child(oidc, 'redirectURL')),
    grantTypes: mapFact(refresh, (on) => ['authorization_code', ...(on ? ['refresh_token'] : [])]),
  };
  return [
    {
      ...common,
      kind: 'verifier',
      name: `SecurityPolicy ${label} login`,
      product: null,
      inlineKeys: [],
      // Nothing but these: the filter takes tokens from the issuer itself and does not look into them.
      facts: completeFacts<VerifierFactMap>([], 'verifier', login, oidc.keyAt),
    },
    {
      ...common,
      kind: 'client',
      name: `SecurityPolicy ${label} client`,
      issuer: null,
      facts: completeFacts<ClientFactMap>(settings, 'client', client, oidc.keyAt),
    },
  ];
}

function discoveryOf(issuer: VerifierFactMap['discoveryUrl'] | undefined): typeof issuer {
  if (issuer === undefined || issuer.origin === 'unknown' || issuer.value === null) return issuer;
  return derivedFact(
    `${issuer.value.replace(/\/$/, '')}/.well-known/openid-configuration`,
    issuer.at,
    'of the issuer, as not all endpoints are written',
  );
}

/** Envoy fills in what stands between percent signs. */
function redirects(node: ConfigNode | null): ClientFactMap['redirectUris'] | undefined {
  const fact = textFact(node);
  if (node === null || fact === undefined) return undefined;
  if (fact.origin !== 'unknown' && fact.value.includes('%')) return unknownConfigFact(node.at, 'Envoy fills it in');
  return mapFact(fact, (url) => [url]);
}
