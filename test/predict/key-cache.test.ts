import { describe, expect, it } from 'vitest';
import { CACHE_CLASSES } from '../../src/model/prediction.ts';
import type { Arm, CacheClass } from '../../src/model/prediction.ts';
import type { VerifierFacts } from '../../src/predict/facts.ts';
import { verifierFacts } from '../../src/predict/facts.ts';
import type { Product } from '../../src/predict/product.ts';
import { signingKeyBound } from '../../src/predict/signing-key.ts';
import {
  denylist,
  inSeconds,
  inventoryOf,
  issuerOf,
  predictionOf,
  settingsOf,
  useOf,
  verifierOf,
  written,
} from './inventory-builder.ts';

/** jose with 40 s of cache, 7 s of cooldown and 2 s of fetch, as if it were of another class. */
function factsOf(product: Partial<Product>): VerifierFacts {
  const settings = settingsOf({
    keyCacheTtl: written(40),
    cooldown: written(7),
    fetchTimeout: written(2),
    deployTime: written(500),
  });
  const reading = verifierFacts(verifierOf('jose', '6.2.18', settings), inventoryOf([]));
  if (reading.kind === 'unknown') throw new Error(reading.why);
  return { ...reading.facts, product: { ...reading.facts.product, ...product } };
}

/** Seconds beyond acting, replicas and edge, which take 450 s together. */
function staleness(product: Partial<Product>, arm: Arm): number | string {
  const seconds = inSeconds({ bound: signingKeyBound(factsOf(product), arm).value });
  return typeof seconds === 'number' ? seconds - 450 : seconds;
}

describe('the key cache', () => {
  const ROWS: Readonly<Record<CacheClass, { readonly quiet: number | string; readonly busy: number | string }>> = {
    a: { quiet: 42, busy: 2 + 7 + 2 },
    // While the next fetch runs in the background, requests are answered from the old set.
    b: { quiet: 44, busy: 2 + 7 + 2 },
    c: { quiet: 'unbounded', busy: 2 + 7 + 2 },
    d: { quiet: 42, busy: 2 + 7 + 2 },
    e: { quiet: 42, busy: 42 },
    // The deployment, without the parts of an issuer's key set.
    f: { quiet: 60 + 500 - 450, busy: 60 + 500 - 450 },
    g: { quiet: 42, busy: 2 + 7 + 2 },
    h: { quiet: 'unbounded', busy: 'unbounded' },
    i: { quiet: 2, busy: 2 },
    j: { quiet: 42, busy: 2 + 7 + 2 },
  };

  it.for(Object.entries(ROWS))('of class %s keeps a removed key as long as it may', ([letter, { quiet, busy }]) => {
    const cacheClass = letter as CacheClass;
    const scope = cacheClass === 'e' || cacheClass === 'h' ? 'kid' : 'set';
    expect(staleness({ cacheClass, scope }, 'quiet')).toBe(quiet);
    expect(staleness({ cacheClass, scope }, 'busy')).toBe(busy);
  });

  it('has a row here for every class', () => {
    expect(Object.keys(ROWS)).toEqual(Object.keys(CACHE_CLASSES));
  });

  it('that follows the HTTP headers adds nothing to the edge but its shortest time between fetches', () => {
    const facts = factsOf({ cacheClass: 'j' });
    const none = { ...facts, keyCacheTtl: { ...facts.keyCacheTtl, value: written(0).value } };
    expect(inSeconds({ bound: signingKeyBound(none, 'quiet').value })).toBe(452);
  });

  it('is not shortened by new-key traffic where an unknown kid never makes it fetch', () => {
    expect(inSeconds({ bound: signingKeyBound({ ...factsOf({}), cooldown: null }, 'busy').value })).toBe(492);
  });

  it('is as long as its time-to-live where the cooldown is longer', () => {
    const verifier = verifierOf('jose', '6.2.18', settingsOf({ keyCacheTtl: written(10), cooldown: written(30) }));
    const { bound, addends } = predictionOf(inventoryOf([verifier]), 'signing_key', 'busy');
    expect(bound).toBe((450 + 10 + 5) * 1000);
    expect(addends.map(({ symbol }) => symbol)).toEqual(['D_act', 'D_remove', 'rho', 'F', 'W_s', 'C', 'l']);
  });
});

describe('a cache of decisions', () => {
  it('inside the library keeps a key for its time-to-live and the leeway, and nothing longer than the token', () => {
    const verifier = verifierOf(
      'fast-jwt',
      '6.3.6',
      settingsOf({ verdictCacheTtl: written(20), leeway: written(3), fetchTimeout: written(2) }),
    );
    expect(inSeconds(predictionOf(inventoryOf([verifier]), 'signing_key'))).toBe(450 + 2 + 20 + 3);
    expect(inSeconds(predictionOf(inventoryOf([verifier]), 'access_token'))).toBe(900 + 3 + 1);
  });

  it('without a limit has no end, because the thief writes exp', () => {
    const verifier = verifierOf('mod_auth_openidc', '2.4.20');
    expect(predictionOf(inventoryOf([verifier]), 'signing_key')).toMatchObject({
      bound: 'unbounded',
      wouldBeBoundedBy: expect.stringContaining('verdict_cache_ttl') as string,
    });
    expect(inSeconds(predictionOf(inventoryOf([verifier]), 'access_token'))).toBe(901);
  });

  it('in front of the library delays a denylist, one inside it does not but is named as an assumption', () => {
    const channels = { channels: [denylist(['jti'])] };
    const settings = settingsOf({ verdictCacheTtl: written(20) });
    const front = verifierOf('jose', '6.2.18', { ...settings, channels: [useOf()] });
    const inside = verifierOf('fast-jwt', '6.3.6', { ...settings, channels: [useOf()] });
    expect(inSeconds(predictionOf(inventoryOf([front], channels), 'access_token'))).toBe(120);
    const prediction = predictionOf(inventoryOf([inside], channels), 'access_token');
    expect(inSeconds(prediction)).toBe(100);
    expect(prediction.assumptions).toContain(
      'lists are asked for every request, also when fast-jwt has cached its verdict',
    );
  });
});

describe('a fetch of the key set', () => {
  it('takes all its attempts', () => {
    const verifier = verifierOf('aws-jwt-verify', '5.2.1', settingsOf({ fetchTimeout: written(4) }));
    const { addends } = predictionOf(inventoryOf([verifier]), 'signing_key', 'busy');
    expect(addends.find(({ symbol }) => symbol === 'l')).toMatchObject({
      value: 8000,
      origin: 'derived',
      at: written(4).at,
      source: expect.stringMatching(/^2 attempts of 4s/) as string,
    });
  });

  it('makes the bound unknown where nobody says how long it may take', () => {
    expect(predictionOf(inventoryOf([verifierOf('envoy/jwt_authn', '1.37.0')]), 'signing_key')).toMatchObject({
      bound: 'unknown',
      verdict: 'unknown',
      expected: 'unknown',
    });
  });
});

describe('sessions made from tokens', () => {
  it('live on after everything else', () => {
    const verifier = verifierOf('hono/jwk', '4.13.19', {
      ...settingsOf({ fetchTimeout: written(5) }),
      derivedSessionLifetime: written(3600),
    });
    for (const [scenario, before] of [
      ['signing_key', 455],
      ['access_token', 901],
      ['refresh_token', 991],
    ] as const) {
      expect(inSeconds(predictionOf(inventoryOf([verifier]), scenario))).toBe(before + 3600);
    }
  });
});

describe('what is not known', () => {
  it('makes every sum it is part of unknown, and never smaller', () => {
    const inventory = inventoryOf([verifierOf('jose', '6.2.18')], {
      issuers: [issuerOf({ replicaConvergence: written('unknown') })],
    });
    expect(predictionOf(inventory, 'signing_key')).toMatchObject({ bound: 'unknown', verdict: 'unknown' });
    expect(predictionOf(inventory, 'refresh_token').bound).toBe('unknown');
    // Nothing about replicas matters to a token that just expires.
    expect(inSeconds(predictionOf(inventory, 'access_token'))).toBe(901);
  });

  it.for([
    { name: 'a library nobody knows', library: 'homegrown', version: '1.0.0', why: /nothing is known of "homegrown"/ },
    { name: 'another major version', library: 'jose', version: '4.0.0', why: /jose 4.0.0 was not checked/ },
    { name: 'a version that is none', library: 'jose', version: 'latest', why: /jose latest was not checked/ },
  ])('is everything about $name, and the reason is given', ({ library, version, why }) => {
    const prediction = predictionOf(inventoryOf([verifierOf(library, version)]), 'signing_key');
    expect(prediction).toMatchObject({ bound: 'unknown', verdict: 'unknown', wouldBeBoundedBy: null });
    expect(prediction.assumptions.join()).toMatch(why);
    expect(prediction.addends[0]?.label).toMatch(why);
  });

  it('is everything about a verifier without a library or with an issuer that is not there', () => {
    expect(
      predictionOf(inventoryOf([{ ...verifierOf('jose', '6.2.18'), library: null }]), 'access_token'),
    ).toMatchObject({
      bound: 'unknown',
      product: null,
      cacheClass: null,
    });
    expect(
      predictionOf(inventoryOf([verifierOf('jose', '6.2.18', { issuer: 'other' })]), 'access_token').assumptions,
    ).toContain('issuer "other" is not in the inventory');
  });

  it('is the end while issuer replicas never agree', () => {
    const inventory = inventoryOf([verifierOf('jose', '6.2.18')], {
      issuers: [issuerOf({ replicaConvergence: written('unbounded') })],
    });
    expect(predictionOf(inventory, 'signing_key')).toMatchObject({
      bound: 'unbounded',
      wouldBeBoundedBy: 'a limit for "issuer replicas agree"',
    });
  });
});
