/** How each format of logs comes to say what it does not say, in the words of its product. */

/** What uses of a credential are told by, and what people ask about them. */
export const ASKED_FIELDS = [
  'time',
  'ip',
  'userAgent',
  'route',
  'target',
  'kid',
  'alg',
  'jti',
  'sid',
  'sub',
  'clientId',
  'tokenHash',
  'iat',
  'exp',
] as const;

export type AskedField = (typeof ASKED_FIELDS)[number];

/** Names of the fields in docs/logs.md. */
export const FIELD_NAMES: Readonly<Record<AskedField, string>> = {
  time: 'ts',
  ip: 'ip',
  userAgent: 'user_agent',
  route: 'route',
  target: 'target',
  kid: 'kid',
  alg: 'alg',
  jti: 'jti',
  sid: 'sid',
  sub: 'sub',
  clientId: 'client_id',
  tokenHash: 'token_hash',
  iat: 'iat',
  exp: 'exp',
};

const OF_TOKEN: readonly AskedField[] = ['jti', 'sid', 'sub', 'clientId', 'iat', 'exp'];
const OF_HEADER: readonly AskedField[] = ['kid', 'alg'];

const NGINX_VARIABLES: Readonly<Record<AskedField, string>> = {
  time: '$time_iso8601',
  ip: '$remote_addr',
  userAgent: '$http_user_agent',
  route: '$uri as request_uri',
  target: '$host',
  kid: '$jwt_header_kid',
  alg: '$jwt_header_alg',
  jti: '$jwt_claim_jti',
  sid: '$jwt_claim_sid',
  sub: '$jwt_claim_sub',
  clientId: '$jwt_claim_client_id',
  tokenHash: 'a variable for token_hash, set by njs',
  iat: '$jwt_claim_iat',
  exp: '$jwt_claim_exp',
};

const ENVOY_OPERATORS: Readonly<Partial<Record<AskedField, string>>> = {
  time: '%START_TIME%',
  ip: '%DOWNSTREAM_REMOTE_ADDRESS%',
  userAgent: '%REQ(USER-AGENT)%',
  route: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  target: '%REQ(:AUTHORITY)%',
};

const HAPROXY_SAMPLES: Readonly<Partial<Record<AskedField, string>>> = {
  time: '%(accept_date)[accept_date(ms)]',
  ip: '%(client_ip)ci',
  userAgent: '%(user_agent)[var(txn.agent)]',
  route: '%(path)HPO',
  target: '%(host)[var(txn.host)]',
};

const API_GATEWAY_VARIABLES: Readonly<Partial<Record<AskedField, string>>> = {
  time: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  route: '$context.path',
  target: '$context.domainName',
};

/** What to set so that logs of a format say a field; in the words of docs/logs.md for formats of one's own. */
export function settingFor(format: string | null, field: AskedField): string {
  const name = FIELD_NAMES[field];
  if (format === 'nginx') return `${NGINX_VARIABLES[field]} in the log_format of nginx`;
  if (format === 'envoy' || format === 'istio') {
    if (OF_HEADER.includes(field) && format === 'istio')
      return `${name} written by the service itself: Istio keeps no header`;
    if (OF_HEADER.includes(field))
      return `header_in_metadata of the jwt_authn provider, and its metadata in the access log`;
    if (OF_TOKEN.includes(field))
      return `payload_in_metadata of the jwt_authn provider, and its metadata in the access log`;
    return `${ENVOY_OPERATORS[field] ?? name} in the access log of the proxy`;
  }
  if (format === 'haproxy') {
    if (OF_HEADER.includes(field)) return '%(jwt_header)[var(txn.token),jwt_header_query] in the log-format';
    if (OF_TOKEN.includes(field)) return '%(jwt_payload)[var(txn.token),jwt_payload_query] in the log-format';
    return `${HAPROXY_SAMPLES[field] ?? name} in the log-format`;
  }
  if (format === 'keycloak') return `${name} in the logs of the services: events of Keycloak do not carry it`;
  if (format === 'aws-api-gateway') {
    if (OF_HEADER.includes(field)) return `${name} written by the service itself: API Gateway has no variable for it`;
    const variable = API_GATEWAY_VARIABLES[field] ?? `$context.authorizer.claims.${name}`;
    return `${variable} in the access log format of the stage`;
  }
  return `the member ${name} in every line`;
}

/** The field of a policy that makes tokens carry what a log could then write down; null where none does. */
export function policyFieldFor(field: AskedField): string | null {
  if (field === 'kid') return 'keys.kid_required: true';
  if (field === 'jti' || field === 'sid' || field === 'sub' || field === 'iat')
    return `required_claims: [${FIELD_NAMES[field]}]`;
  return field === 'clientId' ? 'required_claims: [client_id]' : null;
}
