import type { Scenario } from './scenario.ts';
import { FILE, edited, reverse } from './scenario.ts';

const PROMISING = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: orders, owner: '@orders' }
spec:
  applies_to: { services: [orders], environments: [prod] }
  enforcement: enforce
  issuers: [{ issuer: https://id.example.com/ }]
  tokens:
    access_token:
      audiences: [orders]
      lifetime: { max: 10m }
  keys:
    max_age: 90d
    rotation_interval: 30d
    overlap: 20m
  jwks_cache:
    max_ttl: 5m
    max_stale: 10m
  revocation:
    objectives:
      signing_key: { max: 15m, of: replicas }
      access_token: { max: 10m }
    channels:
      - { type: denylist, endpoint: https://id.example.com/denylist, keys: [jti, sub], poll_interval: 10s, max_propagation: 30s, fail_mode: closed }
  drills:
    - { drill: leaked-signing-key, every: 30d }
`;

function promise(name: string, ...edits: readonly (readonly [string, string])[]): Scenario {
  return { name, before: { [FILE]: PROMISING }, after: { [FILE]: edited(PROMISING, ...edits) } };
}

const CHANNELS = `    channels:
      - { type: denylist, endpoint: https://id.example.com/denylist, keys: [jti, sub], poll_interval: 10s, max_propagation: 30s, fail_mode: closed }
`;
const OBJECTIVE = promise('objective-longer', ['signing_key: { max: 15m', 'signing_key: { max: 1h']);
const CHANNEL = promise('channel-removed', [CHANNELS, '']);
const OPEN = promise('channel-fails-open', ['fail_mode: closed', 'fail_mode: open']);
const DRILL = promise('drill-rarer', ['every: 30d', 'every: 90d']);
const CACHE = promise('key-cache-longer', ['max_ttl: 5m', 'max_ttl: 15m'], ['max_stale: 10m', 'max_stale: 1h']);
const WARN = promise('enforcement-warn', ['enforcement: enforce', 'enforcement: warn']);

/** What the operator promises, and whether the policy is enforced at all. */
export const PROMISE_SCENARIOS: readonly Scenario[] = [
  OBJECTIVE,
  reverse(OBJECTIVE, 'objective-shorter'),
  promise('objective-removed', ['      access_token: { max: 10m }\n', '']),
  CHANNEL,
  reverse(CHANNEL, 'channel-added'),
  OPEN,
  reverse(OPEN, 'channel-fails-closed'),
  promise(
    'channel-slower',
    ['poll_interval: 10s', 'poll_interval: 5m'],
    ['max_propagation: 30s', 'max_propagation: 10m'],
  ),
  DRILL,
  reverse(DRILL, 'drill-more-often'),
  promise('drill-dropped', ['  drills:\n    - { drill: leaked-signing-key, every: 30d }\n', '']),
  CACHE,
  reverse(CACHE, 'key-cache-shorter'),
  promise(
    'key-rotation-slower',
    ['max_age: 90d', 'max_age: 365d'],
    ['rotation_interval: 30d', 'rotation_interval: 180d'],
    ['overlap: 20m', 'overlap: 2d'],
  ),
  WARN,
  reverse(WARN, 'enforcement-enforce'),
  promise('enforcement-off', ['enforcement: enforce', 'enforcement: off']),
  promise(
    'objective-mixed',
    ['signing_key: { max: 15m', 'signing_key: { max: 5m'],
    ['access_token: { max: 10m }', 'access_token: { max: 30m }'],
  ),
];
