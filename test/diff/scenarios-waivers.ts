import type { Scenario } from './scenario.ts';
import { FILE, ORDERS, edited, reverse } from './scenario.ts';

const WAIVER = `apiVersion: firebreak.dev/v1alpha1
kind: Waiver
metadata: { name: mobile-5, owner: '@mobile' }
spec:
  target: { service: orders, environment: prod, token: access_token }
  permits: { binding: { accept: [bearer] } }
  reason: version 5 of the app cannot make proofs
  created: 2026-11-20
  expires: 2026-12-15
`;
const WAIVERS = 'policies/waivers.yaml';
const BEFORE = { [FILE]: ORDERS, [WAIVERS]: WAIVER };

function waiver(name: string, ...edits: readonly (readonly [string, string])[]): Scenario {
  return { name, before: BEFORE, after: { [FILE]: ORDERS, [WAIVERS]: edited(WAIVER, ...edits) } };
}

const ADDED: Scenario = { name: 'waiver-added', before: { [FILE]: ORDERS }, after: BEFORE };
const EXTENDED = waiver('waiver-extended', ['expires: 2026-12-15', 'expires: 2027-01-31']);
const WIDENED = waiver('waiver-widened', [
  'permits: { binding: { accept: [bearer] } }',
  'permits: { binding: { accept: [bearer] }, lifetime: { max: 1h }, max_age: 1h }',
]);

const GUARDRAIL = `apiVersion: firebreak.dev/v1alpha1
kind: Guardrail
metadata: { name: ceiling, owner: '@ciso' }
spec:
  applies_to: { environments: [prod] }
  ceiling:
    tokens: { access_token: { lifetime: { max: 15m } } }
`;

/** What is let in for a while, and ceilings. */
export const WAIVER_SCENARIOS: readonly Scenario[] = [
  ADDED,
  reverse(ADDED, 'waiver-removed'),
  EXTENDED,
  reverse(EXTENDED, 'waiver-shortened'),
  WIDENED,
  reverse(WIDENED, 'waiver-narrowed'),
  waiver('waiver-over', ['expires: 2026-12-15', 'expires: 2026-11-29']),
  {
    name: 'waiver-becomes-permanent',
    before: BEFORE,
    after: { [FILE]: edited(ORDERS, ['accept: [dpop, mtls]', 'accept: [dpop, mtls, bearer]']) },
  },
  {
    name: 'guardrail-raised',
    before: { [FILE]: ORDERS, 'policies/guardrail.yaml': GUARDRAIL },
    after: { [FILE]: ORDERS, 'policies/guardrail.yaml': edited(GUARDRAIL, ['max: 15m', 'max: 1h']) },
  },
];

const INVENTORY = `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: shop, owner: '@platform' }
spec:
  environments:
    - { name: prod, class: prod, allow: [api.example.com] }
  issuers:
    - name: id
      environment: prod
      issuer: https://id.example.com/
      jwks_uri: https://id.example.com/jwks
      time_to_act: 5m
      removal_delay: 10s
      replica_convergence: 5s
      jwks_http: { max_age: 1m }
      access_token_lifetime: 10m
  verifiers:
    - name: gateway
      owner: '@platform'
      environment: prod
      issuer: id
      policy: orders
      config:
        - { file: ../deploy/envoy.yaml, name: provider main }
      routes:
        - { url: https://api.example.com/orders, method: GET }
`;

const ENVOY = `static_resources:
  listeners:
    - name: main
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                '@type': type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                http_filters:
                  - name: envoy.filters.http.jwt_authn
                    typed_config:
                      '@type': type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
                      providers:
                        main:
                          issuer: https://id.example.com/
                          audiences: [orders]
                          remote_jwks:
                            http_uri: { uri: https://id.example.com/jwks, cluster: id, timeout: 1s }
                            cache_duration: 300s
`;

const DEPLOYED = { [FILE]: ORDERS, 'policies/inventory.yaml': INVENTORY, 'deploy/envoy.yaml': ENVOY };

/** What is deployed, and who is there. */
export const INVENTORY_SCENARIOS: readonly Scenario[] = [
  {
    name: 'configuration-of-a-verifier-changed',
    before: DEPLOYED,
    after: { ...DEPLOYED, 'deploy/envoy.yaml': edited(ENVOY, ['cache_duration: 300s', 'cache_duration: 3600s']) },
  },
  {
    name: 'inventory-changed',
    before: DEPLOYED,
    after: { ...DEPLOYED, 'policies/inventory.yaml': edited(INVENTORY, ['time_to_act: 5m', 'time_to_act: 30m']) },
  },
  {
    name: 'objective-cannot-be-met',
    before: DEPLOYED,
    after: {
      ...DEPLOYED,
      [FILE]: `${ORDERS}  revocation: { objectives: { signing_key: { max: 1m } } }\n`,
    },
  },
];

const ISSUED = edited(ORDERS, [
  '  tokens:\n',
  '  issuance:\n    access_token: { algorithms: [ES256], lifetime: { max: 10m }, required_claims: [iss, sub, aud, exp, iat, jti], binding: { accept: [dpop] } }\n  tokens:\n',
]);

function issued(name: string, ...edits: readonly (readonly [string, string])[]): Scenario {
  return { name, before: { [FILE]: ISSUED }, after: { [FILE]: edited(ISSUED, ...edits) } };
}

/** Where the policy says what is minted, what breaks is no guess. */
export const ISSUANCE_SCENARIOS: readonly Scenario[] = [
  issued('issuers-do-not-mint-the-new-claim', [
    'required_claims: [iss, sub, aud, exp, iat, jti]\n      claim',
    'required_claims: [iss, sub, aud, exp, iat, jti, acr]\n      claim',
  ]),
  issued('issuers-do-not-use-the-removed-algorithm', ['      algorithms: [ES256, PS256]', '      algorithms: [ES256]']),
  issued('clients-do-not-use-the-removed-binding', ['        accept: [dpop, mtls]', '        accept: [dpop]']),
];
