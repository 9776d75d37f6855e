import { expect, it } from 'vitest';
import { fitsGlob } from '../../src/policy/glob.ts';

it.each([
  ['policies/orders.yaml', 'policies/orders.yaml', true],
  ['policies/orders.yaml', 'policies/*.yaml', true],
  ['policies/orders.yaml', '*.yaml', false],
  ['policies/orders.yaml', '**/*.yaml', true],
  ['orders.yaml', '**/*.yaml', true],
  ['policies/a/b/orders.yaml', 'policies/**/orders.yaml', true],
  ['policies/orders.yaml', 'policies/**/orders.yaml', true],
  ['policies/orders.yaml', 'policies/**', true],
  ['policies/a/b/orders.yaml', 'policies/*/orders.yaml', false],
  ['policies/orders.yaml', 'policies/order?.yaml', true],
  ['policies/order.yaml', 'policies/order?.yaml', false],
  ['policies/ordersXyaml', 'policies/orders.yaml', false],
  ['policies/(a|b)+.yaml', 'policies/(a|b)+.yaml', true],
  ['policies/*', 'policies/*', true],
  ['', '*', true],
  ['', '**', true],
])('%s fits %s: %s', (path, pattern, fits) => {
  expect(fitsGlob(path, pattern)).toBe(fits);
});

it('takes no longer for a pattern that is made to', () => {
  expect(fitsGlob('a'.repeat(2000), `${'*a'.repeat(200)}b`)).toBe(false);
  expect(fitsGlob('a/'.repeat(1000), `${'**/a/'.repeat(100)}b`)).toBe(false);
});
