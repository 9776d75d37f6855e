import type { Scenario } from './scenario.ts';
import { FILE, edited, reverse } from './scenario.ts';
import { change } from './scenario.ts';

const BITS = change('rsa-keys-shorter', ['min_rsa_bits: 3072', 'min_rsa_bits: 2048']);
const CURVES = change(
  'curve-added',
  ['curves: [P-256]', 'curves: [P-256, P-384]'],
  ['algorithms: [ES256, PS256]', 'algorithms: [ES256, ES384, PS256]'],
);
const SOURCES = change('key-from-header', ['sources: [jwks_uri]', 'sources: [jwks_uri, jku]']);
const KID = change('kid-not-required', ['kid_required: true', 'kid_required: false']);
const UNKNOWN_KID = change('unknown-kid-tried', ['unknown_kid: refresh', 'unknown_kid: try_all']);

const ADDRESSED = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: orders, owner: '@orders' }
spec:
  applies_to: { services: [orders], environments: [prod] }
  issuers: [{ issuer: https://id.example.com/ }]
  tokens:
    access_token:
      audiences: [orders]
      binding:
        accept: [ip]
        ip: { cidrs: [10.0.0.0/16] }
`;

const ADDRESSES: Scenario = {
  name: 'addresses-widened',
  before: { [FILE]: ADDRESSED },
  after: { [FILE]: edited(ADDRESSED, ['10.0.0.0/16', '10.0.0.0/8, 192.0.2.0/24']) },
};

const REFRESH_POLICY = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: id, owner: '@identity' }
spec:
  applies_to: { services: [id], environments: [prod] }
  issuers: [{ issuer: https://id.example.com/ }]
  tokens:
    refresh_token:
      format: jwt
      typ: [rt+jwt]
      audiences: [id]
      lifetime: { max: 1d, absolute_max: 14d }
      rotation: { one_time_use: true, reuse_detection: revoke_family }
`;

function refresh(name: string, ...edits: readonly (readonly [string, string])[]): Scenario {
  return { name, before: { [FILE]: REFRESH_POLICY }, after: { [FILE]: edited(REFRESH_POLICY, ...edits) } };
}

const ABSOLUTE = refresh('refresh-family-lives-longer', ['absolute_max: 14d', 'absolute_max: 30d']);
const ONE_TIME = refresh('refresh-used-many-times', ['one_time_use: true', 'one_time_use: false']);
const REUSE = refresh('refresh-reuse-only-rejected', ['revoke_family', 'reject']);

/** Keys, addresses and refresh tokens. */
export const KEY_SCENARIOS: readonly Scenario[] = [
  BITS,
  reverse(BITS, 'rsa-keys-longer'),
  CURVES,
  reverse(CURVES, 'curve-removed'),
  change('curve-that-no-algorithm-uses', ['curves: [P-256]', 'curves: [P-256, P-521]']),
  SOURCES,
  reverse(SOURCES, 'key-no-longer-from-header'),
  KID,
  reverse(KID, 'kid-required'),
  UNKNOWN_KID,
  reverse(UNKNOWN_KID, 'unknown-kid-refreshes'),
  ADDRESSES,
  reverse(ADDRESSES, 'addresses-narrowed'),
  ABSOLUTE,
  reverse(ABSOLUTE, 'refresh-family-lives-shorter'),
  ONE_TIME,
  reverse(ONE_TIME, 'refresh-used-once'),
  REUSE,
  reverse(REUSE, 'refresh-reuse-ends-family'),
];
