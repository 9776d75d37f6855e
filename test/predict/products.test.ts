import { describe, expect, it } from 'vitest';
import { PRODUCTS, findProduct } from '../../src/predict/products.ts';
import { checkedVerifier, inventoryOf, nameOf, predictionOf } from './inventory-builder.ts';

const JOSE = 'known is the behaviour of jose 4.15.0 to below 6.0.0 and jose 6.0.0 to below 7.0.0';

describe('findProduct', () => {
  it.for([
    { id: 'jose', version: '6.2.18', assumption: null },
    { id: 'jose', version: 'v6.2.18', assumption: null },
    { id: 'jose', version: '6.9.0', assumption: 'checked for jose 6.2.18, declared 6.9.0' },
    { id: 'jose', version: '6.0.0-beta.1', assumption: 'checked for jose 6.2.18, declared 6.0.0-beta.1' },
    { id: 'jose', version: null, assumption: 'no version declared; taken for jose 6.2.18' },
    { id: 'static-keys', version: null, assumption: null },
    { id: 'static-keys', version: 'whatever', assumption: null },
  ])('knows $id $version', ({ id, version, assumption }) => {
    expect(findProduct(id, version)).toMatchObject({ kind: 'known', assumption });
  });

  it.for([
    { id: 'jose', version: '3.20.0', hint: JOSE },
    { id: 'jose', version: '7.0.0', hint: JOSE },
    { id: 'jose', version: '^6.0.0', hint: JOSE },
    {
      id: 'pyjwt',
      version: '1.7.1',
      hint: 'known is the behaviour of PyJWT 2.4.0 to below 2.8.0 and PyJWT 2.8.0 to below 3.0.0',
    },
  ])('does not guess at $id $version', ({ id, version, hint }) => {
    expect(findProduct(id, version)).toEqual({ kind: 'unknown', why: `${id} ${version} was not checked`, hint });
  });

  it('lists what it knows when it does not know a name', () => {
    expect(findProduct('josé', '6.2.18')).toMatchObject({
      kind: 'unknown',
      why: 'nothing is known of "josé"',
      hint: expect.stringMatching(/^known are .*hono\/jwk/) as string,
    });
  });

  it.for([
    { version: '2.6.0', timeout: 'unbounded' },
    { version: '2.7.0', timeout: 'unbounded' },
    { version: '2.8.0', timeout: 30_000 },
    { version: '2.13.0', timeout: 30_000 },
  ])('takes the behaviour of the right range: PyJWT $version', ({ version, timeout }) => {
    expect(findProduct('pyjwt', version)).toMatchObject({ product: { fetchTimeout: { value: timeout } } });
  });
});

describe('the table of products', () => {
  it('has no two entries for one version', () => {
    for (const { id, checked } of PRODUCTS) {
      const others = PRODUCTS.filter((other) => other.id === id && other.checked?.from === checked?.from);
      expect(others, id).toHaveLength(1);
    }
  });

  it.for(PRODUCTS.map((product) => ({ name: nameOf(product), product })))(
    'says of $name where every fact comes from, and what would end a cache without end',
    ({ product }) => {
      const { keyCacheTtl, cooldown, fetchTimeout, verdictCacheTtl, leeway, requiresExp } = product;
      for (const fact of [keyCacheTtl, cooldown, fetchTimeout, verdictCacheTtl, leeway, requiresExp]) {
        expect(fact === null || fact.source.length > 10).toBe(true);
      }
      const unending = keyCacheTtl.value === 'unbounded' || product.cacheClass === 'h';
      if (unending) expect(product.wouldBeBoundedBy).not.toBeNull();
      expect(['d', 'h'].includes(product.cacheClass)).toBe(unending);
      if (['e', 'h'].includes(product.cacheClass)) expect(product.scope).toBe('kid');
      if (['a', 'b', 'c', 'g', 'j'].includes(product.cacheClass)) expect(product.scope).toBe('set');
    },
  );

  it.for(PRODUCTS.map((product) => ({ name: nameOf(product), product })))(
    'predicts $name without an assumption about its version at a version that was checked',
    ({ product }) => {
      for (const arm of ['quiet', 'busy'] as const) {
        const { assumptions } = predictionOf(inventoryOf([checkedVerifier(product)]), 'signing_key', arm);
        expect(assumptions.join()).not.toContain('checked for');
      }
    },
  );
});
