// Writes a repository of configuration files, policies and files of no interest, the same for the same seed.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a repository of 2,000 files holds: kinds and their shares, after the mix of real platform repositories. */
const KINDS = [
  { share: 0.05, write: policy },
  { share: 0.01, write: inventory },
  { share: 0.34, write: manifest },
  { share: 0.12, write: istio },
  { share: 0.08, write: envoy },
  { share: 0.04, write: keycloak },
  { share: 0.1, write: springYaml },
  { share: 0.06, write: springProperties },
  { share: 0.06, write: appsettings },
  { share: 0.04, write: kong },
  { share: 0.04, write: terraform },
  { share: 0.06, write: packageLock },
];

/** @returns how many files and bytes were written */
export async function writeRepository(folder, count) {
  let files = 0;
  let bytes = 0;
  for (const { share, write } of KINDS) {
    for (let index = 0; index < Math.round(count * share); index += 1) {
      const [file, text] = write(index);
      const path = join(folder, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      files += 1;
      bytes += Buffer.byteLength(text);
    }
  }
  return { files, bytes };
}

/** Text of a policy of about the given number of bytes. */
export function policyOfSize(index, bytes) {
  const claims = Array.from(
    { length: Math.max(0, Math.floor((bytes - 1100) / 22)) },
    (_, at) => `        - claim_${index}_${at}`,
  );
  return `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: team-${index}, owner: '@team-${index}' }
spec:
  enforcement: enforce
  issuers:
    - { issuer: https://id-${index}.example.test, jwks_uri: https://id-${index}.example.test/jwks.json }
  tokens:
    access_token:
      algorithms: [ES256]
      audiences: [service-${index}]
      lifetime: { max: 5m }
      clock_skew: { max: 30s }
      required_claims:
        - jti
        - sid
${claims.join('\n')}
  keys:
    rotation_interval: 30d
    overlap: 1h
    pre_publish: 1h
  revocation:
    objectives:
      signing_key: { max: 30m }
      access_token: { max: 10m }
      refresh_token: { max: 15m }
    channels:
      - { type: denylist, keys: [jti, sid, kid], poll_interval: 30s, fail_mode: closed }
`;
}

function policy(index) {
  return [`policies/team-${index}.yaml`, policyOfSize(index, 5000)];
}

function inventory(index) {
  const verifiers = Array.from(
    { length: 20 },
    (_, at) => `    - name: service-${index}-${at}
      environment: prod
      issuer: main
      policy: team-${index}
      library: { name: jose, version: 6.2.18 }
      channels:
        - { use: denylist, poll_interval: 30s, negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }`,
  );
  return [
    `policies/inventory-${index}.yaml`,
    `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: estate-${index} }
spec:
  environments: [{ name: prod, class: prod, allow: [id-${index}.example.test] }]
  issuers:
    - name: main
      environment: prod
      issuer: https://id-${index}.example.test
      jwks_uri: https://id-${index}.example.test/jwks.json
      time_to_act: 5m
      replica_convergence: 10s
      access_token_lifetime: 5m
      jwks_http: { max_age: 60s }
  channels:
    - { name: denylist, type: denylist, keys: [jti, sid, kid], store_lag: 1s }
  verifiers:
${verifiers.join('\n')}
`,
  ];
}

function manifest(index) {
  return [
    `k8s/app-${index % 200}/deployment-${index}.yaml`,
    `apiVersion: apps/v1
kind: Deployment
metadata: { name: app-${index}, labels: { app: app-${index} } }
spec:
  replicas: ${1 + (index % 5)}
  selector: { matchLabels: { app: app-${index} } }
  template:
    metadata: { labels: { app: app-${index} } }
    spec:
      containers:
        - name: app
          image: registry.example.test/app-${index}:1.${index}.0
          ports: [{ containerPort: 8080 }]
          env:
${Array.from({ length: 30 }, (_, at) => `            - { name: SETTING_${at}, value: 'value ${index} ${at}' }`).join('\n')}
`,
  ];
}

function istio(index) {
  return [
    `k8s/mesh/auth-${index}.yaml`,
    `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: jwt-${index}, namespace: ns-${index} }
spec:
  selector: { matchLabels: { app: app-${index} } }
  jwtRules:
    - issuer: https://id-${index % 20}.example.test
      jwksUri: https://id-${index % 20}.example.test/jwks.json
      audiences: [service-${index}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: require-jwt-${index}, namespace: ns-${index} }
spec:
  selector: { matchLabels: { app: app-${index} } }
  action: ALLOW
  rules:
    - from: [{ source: { requestPrincipals: ['https://id-${index % 20}.example.test/*'] } }]
`,
  ];
}

function envoy(index) {
  return [
    `envoy/edge-${index}/envoy.yaml`,
    `static_resources:
  listeners:
    - name: ingress
      address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
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
                          issuer: https://id-${index % 20}.example.test
                          audiences: [edge-${index}]
                          remote_jwks:
                            http_uri: { uri: 'https://id-${index % 20}.example.test/jwks.json', cluster: idp, timeout: 5s }
                            cache_duration: { seconds: 300 }
                      rules:
${Array.from({ length: 20 }, (_, at) => `                        - match: { prefix: /api/${at} }\n                          requires: { provider_name: main }`).join('\n')}
`,
  ];
}

function keycloak(index) {
  const client = (at) => ({
    clientId: `client-${index}-${at}`,
    enabled: true,
    publicClient: at % 2 === 0,
    standardFlowEnabled: true,
    directAccessGrantsEnabled: false,
    implicitFlowEnabled: false,
    redirectUris: [`https://app-${at}.example.test/callback`],
    attributes: { 'access.token.lifespan': '300', 'pkce.code.challenge.method': 'S256' },
    protocolMappers: Array.from({ length: 8 }, (_, mapper) => ({
      name: `mapper ${mapper}`,
      protocol: 'openid-connect',
      protocolMapper: 'oidc-usermodel-attribute-mapper',
      config: { 'user.attribute': `attribute${mapper}`, 'claim.name': `claim${mapper}`, 'jsonType.label': 'String' },
    })),
  });
  const realm = {
    realm: `realm-${index}`,
    enabled: true,
    sslRequired: 'external',
    accessTokenLifespan: 300,
    ssoSessionMaxLifespan: 36000,
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    clients: Array.from({ length: 25 }, (_, at) => client(at)),
  };
  return [`keycloak/realm-${index}.json`, `${JSON.stringify(realm, null, 2)}\n`];
}

function springYaml(index) {
  return [
    `services/service-${index}/src/main/resources/application.yml`,
    `spring:
  application: { name: service-${index} }
  security:
    oauth2:
      resourceserver:
        jwt:
          issuer-uri: https://id-${index % 20}.example.test
          audiences: [service-${index}]
server: { port: 8080 }
${Array.from({ length: 40 }, (_, at) => `setting${at}: { name: value-${at}, enabled: true }`).join('\n')}
`,
  ];
}

function springProperties(index) {
  return [
    `services/legacy-${index}/src/main/resources/application.properties`,
    `spring.application.name=legacy-${index}
spring.security.oauth2.resourceserver.jwt.jwk-set-uri=https://id-${index % 20}.example.test/jwks.json
${Array.from({ length: 60 }, (_, at) => `setting.number${at}=value ${at}`).join('\n')}
`,
  ];
}

function appsettings(index) {
  return [
    `dotnet/service-${index}/appsettings.json`,
    `${JSON.stringify(
      {
        Logging: { LogLevel: { Default: 'Information' } },
        Authentication: {
          Schemes: {
            Bearer: {
              Authority: `https://id-${index % 20}.example.test`,
              ValidAudiences: [`service-${index}`],
              ValidIssuer: `https://id-${index % 20}.example.test`,
            },
          },
        },
        Features: Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`Feature${at}`, at % 2 === 0])),
      },
      null,
      2,
    )}\n`,
  ];
}

function kong(index) {
  return [
    `kong/gateway-${index}/kong.yml`,
    `_format_version: '3.0'
services:
${Array.from(
  { length: 15 },
  (_, at) => `  - name: service-${at}
    url: http://service-${at}.example.test:8080
    routes: [{ name: route-${at}, paths: [/service-${at}] }]
    plugins:
      - name: jwt
        config: { claims_to_verify: [exp, nbf], maximum_expiration: 3600 }`,
).join('\n')}
`,
  ];
}

function terraform(index) {
  return [
    `terraform/pool-${index}/cognito.tf`,
    `resource "aws_cognito_user_pool" "main" {
  name = "pool-${index}"
}

${Array.from(
  { length: 10 },
  (_, at) => `resource "aws_cognito_user_pool_client" "client_${at}" {
  name                   = "client-${at}"
  user_pool_id           = aws_cognito_user_pool.main.id
  access_token_validity  = 15
  refresh_token_validity = 1
  token_validity_units {
    access_token  = "minutes"
    refresh_token = "days"
  }
}`,
).join('\n\n')}
`,
  ];
}

function packageLock(index) {
  const packages = Object.fromEntries(
    Array.from({ length: 150 }, (_, at) => [
      `node_modules/package-${at}`,
      { version: `1.${at}.0`, integrity: `sha512-${'a'.repeat(86)}==`, license: 'MIT', engines: { node: '>=18' } },
    ]),
  );
  return [
    `services/service-${index}/package-lock.json`,
    `${JSON.stringify({ name: `service-${index}`, lockfileVersion: 3, packages: { ...packages, 'node_modules/jose': { version: '6.2.18' } } }, null, 2)}\n`,
  ];
}
