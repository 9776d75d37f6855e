import { describe, expect, it } from 'vitest';
import { apolloRouter } from '../../../src/rules/example-configs.ts';
import { inventoryText, policyText } from '../../../src/rules/example-documents.ts';
import { linted } from '../linted.ts';

const ROUTER = apolloRouter({
  entry: 'issuers: [https://id.example.com]\naudiences: [orders]\nalgorithms: [ES256]\npoll_interval: 1h',
});
const POLICY = policyText(
  'orders',
  'issuers:\n  - issuer: https://id.example.com\nrevocation:\n  objectives:\n    signing_key: { max: 10m }',
);

const inventory = (keys: string): string =>
  inventoryText({
    channels: `- { name: denylist, type: denylist, keys: [${keys}], delivery: poll, store_lag: 1s }`,
    verifiers: `- name: orders
  environment: prod
  issuer: main
  policy: orders
  config: [{ file: router.yaml }]
  channels:
    - { use: denylist, poll_interval: 10s, negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }`,
  });

describe('a key cache over the objective', () => {
  it.each([
    ['an error where no channel can name the key', 'jti', 'error'],
    ['a note where a channel ends the leak in time', 'kid', 'info'],
  ])('is %s', (_, keys, severity) => {
    const files = { 'router.yaml': ROUTER, 'policy.yaml': POLICY, 'inventory.yaml': inventory(keys) };
    const [finding = ''] = linted('verifier/jwks-ttl-over-slo', files);
    expect(finding.split(' ')[1]).toBe(severity);
    expect(finding.includes('only a channel of the Inventory')).toBe(severity === 'info');
  });
});
