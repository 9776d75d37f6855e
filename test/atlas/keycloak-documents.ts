import { stringify } from 'yaml';

/** OIDCOAuthTokenIntrospectionInterval of Apache, in seconds. */
export const KEPT_SECONDS = 1;

/** A verifier that asks Keycloak about tokens and keeps its answers. */
export function asking(port: number): object {
  return {
    name: 'verifier',
    library: { name: 'mod_auth_openidc', version: '2.4.12' },
    settings: { fetch_timeout: '1s' },
    channels: [{ use: 'introspection', positive_cache: `${KEPT_SECONDS}s`, fetch_timeout: '1s', fail_mode: 'closed' }],
    routes: [{ url: `http://127.0.0.1:${port}/orders`, method: 'GET' }],
  };
}

/** A verifier that keeps Keycloak's keys. */
export function keeping(port: number): object {
  return {
    name: 'verifier',
    library: { name: 'envoy/jwt_authn', version: '1.40.0' },
    settings: { key_cache_ttl: '2s', fetch_timeout: '2s' },
    routes: [{ url: `http://127.0.0.1:${port}/orders`, method: 'GET' }],
  };
}

/** Inventory and policy of a realm with one verifier. */
export function documents(realm: string, verifier: object): string {
  const protocol = `${realm}/protocol/openid-connect`;
  const environment = { environment: 'keycloak', issuer: 'keycloak' };
  const inventory = {
    apiVersion: 'firebreak.dev/v1alpha1',
    kind: 'Inventory',
    metadata: { name: 'keycloak', owner: '@edge' },
    spec: {
      environments: [{ name: 'keycloak', class: 'dev', allow: ['127.0.0.0/8'] }],
      issuers: [
        {
          name: 'keycloak',
          environment: 'keycloak',
          issuer: realm,
          jwks_uri: `${protocol}/certs`,
          token_endpoint: `${protocol}/token`,
          revocation_endpoint: `${protocol}/revoke`,
          introspection_endpoint: `${protocol}/token/introspect`,
          time_to_act: '1s',
          removal_delay: '0s',
          replica_convergence: '0s',
          jwks_http: { max_age: '0s', stale_while_revalidate: '0s', stale_if_error: '0s' },
          access_token_lifetime: '5m',
        },
      ],
      channels: [
        { name: 'introspection', type: 'introspection', url: `${protocol}/token/introspect`, keys: ['token'] },
      ],
      verifiers: [{ ...environment, policy: 'edge', ...verifier }],
    },
  };
  const policy = {
    apiVersion: 'firebreak.dev/v1alpha1',
    kind: 'TokenPolicy',
    metadata: { name: 'edge', owner: '@edge' },
    spec: {
      issuers: [{ issuer: realm, jwks_uri: `${protocol}/certs` }],
      jwks_cache: { max_ttl: '2s' },
      tokens: { access_token: { algorithms: ['ES256', 'RS256'], audiences: ['account'], lifetime: { max: '10m' } } },
      revocation: {
        objectives: { access_token: { max: '5s', of: 'routes' }, signing_key: { max: '6s', of: 'replicas' } },
      },
    },
  };
  return [inventory, policy].map((document) => stringify(document)).join('---\n');
}
