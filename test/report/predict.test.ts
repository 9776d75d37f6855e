import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Location } from '../../src/model/location.ts';
import { explicit } from '../../src/model/fact.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Prediction } from '../../src/model/prediction.ts';
import type { Bound } from '../../src/model/quantity.ts';
import { millis } from '../../src/model/quantity.ts';
import { predict } from '../../src/predict/predict.ts';
import { PRODUCTS } from '../../src/predict/products.ts';
import { paint } from '../../src/report/color.ts';
import { predictJson, predictMarkdown, predictPretty } from '../../src/report/predict.ts';
import {
  checkedVerifier,
  denylist,
  inventoryOf,
  issuerOf,
  settingsOf,
  useOf,
  verifierOf,
} from '../predict/inventory-builder.ts';

const PLAIN = paint(false);

function line(number: number): Location {
  return { file: 'inventory.yaml', line: number, column: 9, endLine: number, endColumn: 12 };
}

function writtenAt(seconds: number, number: number): Fact<Bound> {
  return explicit<Bound>(millis(seconds * 1000), line(number));
}

/** One verifier of each verdict, held to ten minutes. */
function predictions(): readonly Prediction[] {
  const inventory: Inventory = inventoryOf(
    [
      verifierOf('jose', '6.2.18', {
        name: 'orders',
        owner: '@orders',
        ...settingsOf({ keyCacheTtl: writtenAt(60, 21), cooldown: writtenAt(1, 22), fetchTimeout: writtenAt(1, 23) }),
        channels: [useOf({ interval: writtenAt(30, 25) })],
      }),
      verifierOf('jwks-rsa+express-jwt', '4.1.0', { name: 'carts' }),
      verifierOf('aws-jwt-verify', '5.2.1', { name: 'search' }),
      verifierOf('homegrown', '1.0.0', { name: 'legacy' }),
    ],
    {
      issuers: [issuerOf({ timeToAct: writtenAt(60, 8) })],
      channels: [denylist(['jti', 'sid'])],
    },
  );
  return predict([inventory], []).map((prediction) => ({
    ...prediction,
    objective: { policy: 'orders', max: millis(600_000), at: line(40) },
    verdict: typeof prediction.bound === 'string' ? prediction.bound : prediction.bound <= 600_000 ? 'within' : 'over',
  }));
}

describe('predictPretty', () => {
  it('prints a line for every verifier, the worst first, with what decides and where it is written', () => {
    expect(predictPretty(predictions(), { tree: false, color: PLAIN, scenario: 'signing_key' })).toMatchInlineSnapshot(`
      "leaked signing key, only the leaked key is used (the guarantee)
        search    aws-jwt-verify 5.2.1        unbounded  misses 10m              unbounded a known key is never looked at again, aws-jwt-verify 5.2.1: dist/esm/jwk.js, SimpleJwksCache has no expiry
                  would end by a token under a new key arriving (it then fetches the whole set), a restart after the key is gone, or a kid on the denylist
        legacy    homegrown 1.0.0               unknown  unknown, objective 10m  nothing is known of "homegrown"
        carts     jwks-rsa+express-jwt 4.1.0        18m  misses 10m              10m keys are cached, jwks-rsa 4.1.0: src/wrappers/cache.js, cacheMaxAge
        orders    jose 6.2.18                     8m31s  within 10m              5m shared caches are fresh, inventory.yaml:1:1

      leaked signing key, tokens under a new key arrive too
        legacy    homegrown 1.0.0               unknown  unknown, objective 10m  nothing is known of "homegrown"
        carts     jwks-rsa+express-jwt 4.1.0        18m  misses 10m              10m keys are cached, jwks-rsa 4.1.0: src/wrappers/cache.js, cacheMaxAge
        search    aws-jwt-verify 5.2.1            7m52s  within 10m              5m shared caches are fresh, inventory.yaml:1:1
                  unbounded while neither keys nor lists can be fetched: a known key is never looked at again, aws-jwt-verify 5.2.1: dist/esm/jwk.js, SimpleJwksCache has no expiry
        orders    jose 6.2.18                     7m33s  within 10m              5m shared caches are fresh, inventory.yaml:1:1
                  8m31s while neither keys nor lists can be fetched: keys are cached, inventory.yaml:21:9
      "
    `);
  });

  it('prints every addend of the tree, what is assumed and the mean', () => {
    const orders = predictions().filter(({ verifier }) => verifier === 'orders');
    expect(predictPretty(orders, { tree: true, color: PLAIN, scenario: 'access_token' })).toMatchInlineSnapshot(`
      "leaked access token
        orders    jose 6.2.18      1m40s  within 10m            1m time to act at the issuer, inventory.yaml:8:9
              1m40s  it ends, the fastest of
                15m1s  it expires, sum of
                    15m  L         lifetime of access tokens (explicit: inventory.yaml:1:1)
                     0s  lambda    leeway of the verifier (default: jose 6.2.18: dist/webapi/lib/jwt_claims_set.js, clockTolerance)
                     1s  epsilon   clock difference (default: docs/concepts.md#addends: machines kept by NTP)
                1m40s  listed, sum of
                     1m  D_act     time to act at the issuer (explicit: inventory.yaml:8:9)
                    40s  denylist "list", sum of
                      30s  P         between two polls (explicit: inventory.yaml:25:9)
                       0s  rho_s     the store replicates (explicit: inventory.yaml:1:1)
                       5s  l         longest request (explicit: inventory.yaml:1:1)
                       5s  K         "not revoked" is remembered (explicit: inventory.yaml:1:1)
          on average 1m17s500ms, each cache at a random point of its life
          assumes: every access token has an exp claim: jose accepts tokens without one
      "
    `);
  });

  it('names the environment where there are several', () => {
    const [first, ...others] = predictions().filter(({ scenario }) => scenario === 'access_token');
    const mixed = first === undefined ? [] : [{ ...first, environment: 'staging' }, ...others];
    expect(predictPretty(mixed, { tree: false, color: PLAIN })).toMatch(/ {2}staging\/\w+ .*\n(?:.*\n)* {2}prod\/\w+ /);
  });

  it('aligns its columns', () => {
    const lines = predictPretty(predictions(), { tree: false, color: PLAIN, scenario: 'access_token' }).split('\n');
    const ends = lines
      .filter((text) => /^ {2}\S/.test(text))
      .map((text) => /(?:within|misses|unknown,)/.exec(text)?.index);
    expect(new Set(ends).size).toBe(1);
  });

  it('shows acting characters of names instead of letting them act', () => {
    const hostile = predictions().map((prediction) => ({ ...prediction, product: 'jose\u001B[2J\u202E 6' }));
    const text = predictPretty(hostile, { tree: true, color: PLAIN });
    expect(text).not.toMatch(/[\u001B\u202E]/);
    expect(text).toContain('jose\u241B[2J');
  });

  it('colours what misses its objective, and only then', () => {
    const text = predictPretty(predictions(), { tree: false, color: paint(true), scenario: 'signing_key' });
    expect(text).toContain('\u001B[31munbounded\u001B[39m');
    expect(text).toMatch(/\u001B\[32m +8m31s\u001B\[39m/);
    expect(text).toContain('\u001B[33m  unknown\u001B[39m');
  });
});

describe('predictMarkdown', () => {
  it('prints a table for every scenario and arm', () => {
    expect(predictMarkdown(predictions().filter(({ arm }) => arm === 'quiet'))).toMatchInlineSnapshot(`
      "### Time-to-revocation: leaked access token

      | Verifier | Environment | Product | Worst case | Objective | Biggest part | Would end by |
      | --- | --- | --- | --- | --- | --- | --- |
      | legacy | prod | homegrown 1.0.0 | unknown | unknown, objective 10m | nothing is known of "homegrown" |  |
      | carts | prod | jwks-rsa+express-jwt 4.1.0 | 15m1s | misses 10m | 15m lifetime of access tokens, inventory.yaml:1:1 |  |
      | search | prod | aws-jwt-verify 5.2.1 | 15m1s | misses 10m | 15m lifetime of access tokens, inventory.yaml:1:1 |  |
      | orders | prod | jose 6.2.18 | 1m40s | within 10m | 1m time to act at the issuer, inventory.yaml:8:9 |  |

      ### Time-to-revocation: compromised client

      | Verifier | Environment | Product | Worst case | Objective | Biggest part | Would end by |
      | --- | --- | --- | --- | --- | --- | --- |
      | legacy | prod | homegrown 1.0.0 | unknown | unknown, objective 10m | nothing is known of "homegrown" |  |
      | carts | prod | jwks-rsa+express-jwt 4.1.0 | 16m31s | misses 10m | 15m lifetime of access tokens, inventory.yaml:1:1 |  |
      | orders | prod | jose 6.2.18 | 16m31s | misses 10m | 15m lifetime of access tokens, inventory.yaml:1:1 |  |
      | search | prod | aws-jwt-verify 5.2.1 | 16m31s | misses 10m | 15m lifetime of access tokens, inventory.yaml:1:1 |  |

      ### Time-to-revocation: leaked refresh token

      | Verifier | Environment | Product | Worst case | Objective | Biggest part | Would end by |
      | --- | --- | --- | --- | --- | --- | --- |
      | legacy | prod | homegrown 1.0.0 | unknown | unknown, objective 10m | nothing is known of "homegrown" |  |
      | carts | prod | jwks-rsa+express-jwt 4.1.0 | 16m31s | misses 10m | 15m lifetime of access tokens, inventory.yaml:1:1 |  |
      | search | prod | aws-jwt-verify 5.2.1 | 16m31s | misses 10m | 15m lifetime of access tokens, inventory.yaml:1:1 |  |
      | orders | prod | jose 6.2.18 | 2m10s | within 10m | 1m time to act at the issuer, inventory.yaml:8:9 |  |

      ### Time-to-revocation: leaked signing key, only the leaked key is used (the guarantee)

      | Verifier | Environment | Product | Worst case | Objective | Biggest part | Would end by |
      | --- | --- | --- | --- | --- | --- | --- |
      | search | prod | aws-jwt-verify 5.2.1 | unbounded | misses 10m | unbounded a known key is never looked at again, aws-jwt-verify 5.2.1: dist/esm/jwk.js, SimpleJwksCache has no expiry | a token under a new key arriving (it then fetches the whole set), a restart after the key is gone, or a kid on the denylist |
      | legacy | prod | homegrown 1.0.0 | unknown | unknown, objective 10m | nothing is known of "homegrown" |  |
      | carts | prod | jwks-rsa+express-jwt 4.1.0 | 18m | misses 10m | 10m keys are cached, jwks-rsa 4.1.0: src/wrappers/cache.js, cacheMaxAge |  |
      | orders | prod | jose 6.2.18 | 8m31s | within 10m | 5m shared caches are fresh, inventory.yaml:1:1 |  |

      ### Time-to-revocation: stolen session

      | Verifier | Environment | Product | Worst case | Objective | Biggest part | Would end by |
      | --- | --- | --- | --- | --- | --- | --- |
      | legacy | prod | homegrown 1.0.0 | unknown | unknown, objective 10m | nothing is known of "homegrown" |  |
      | carts | prod | jwks-rsa+express-jwt 4.1.0 | 16m31s | misses 10m | 15m lifetime of access tokens, inventory.yaml:1:1 |  |
      | search | prod | aws-jwt-verify 5.2.1 | 16m31s | misses 10m | 15m lifetime of access tokens, inventory.yaml:1:1 |  |
      | orders | prod | jose 6.2.18 | 2m10s | within 10m | 1m time to act at the issuer, inventory.yaml:8:9 |  |
      "
    `);
  });

  it('lets no name leave its cell', () => {
    const [first] = predictions();
    const hostile = first === undefined ? [] : [{ ...first, product: 'a|b\n<img src=x> [x](y) `c`' }];
    const row = predictMarkdown(hostile)
      .split('\n')
      .find((text) => text.includes('img'));
    expect(row?.split(/(?<!\\)\|/)).toHaveLength(9);
    expect(row).not.toContain('<img');
    expect(row).not.toContain('[x](');
  });
});

describe('predictJson', () => {
  const schema = JSON.parse(readFileSync('schema/output/predict.json', 'utf8')) as object;
  const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);

  interface Read {
    readonly schema_version: string;
    readonly targets: readonly Readonly<Record<string, unknown>>[];
  }

  function read(from: readonly Prediction[]): Read {
    return JSON.parse(predictJson(from)) as Read;
  }

  const everything = inventoryOf(
    PRODUCTS.map((product) => checkedVerifier(product)),
    { channels: [denylist(['kid'])] },
  );

  it.for([
    { name: 'every verdict', from: predictions() },
    { name: 'every product', from: predict([everything], []) },
    { name: 'nothing', from: [] },
  ])('of $name validates against the published schema', ({ from }) => {
    validate(read(from));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.for([
    { name: 'a bound that is null', change: { bound_ms: null } },
    { name: 'an endless bound as a number', change: { bound_ms: -1 } },
    { name: 'a remedy for what has an end', change: { would_be_bounded_by: 'a miracle' } },
    { name: 'a place without a column', change: { at: 'inventory.yaml:4' } },
    { name: 'an unknown member', change: { extra: true } },
    { name: 'an unknown arm', change: { arm: 'loud' } },
  ])('would not validate with $name', ({ change }) => {
    const { schema_version, targets } = read(predictions());
    const bounded = targets.find(({ verdict }) => verdict === 'within');
    expect(validate({ schema_version, targets: [bounded] })).toBe(true);
    expect(validate({ schema_version, targets: [{ ...bounded, ...change }] })).toBe(false);
  });

  it('spells what has no end and what is not known, and gives every place to the column', () => {
    const targets = read(predictions()).targets.filter(
      ({ scenario, arm }) => scenario === 'signing_key' && arm === 'quiet',
    );
    expect(
      targets.map(({ verifier, bound_ms, expected_ms, verdict }) => ({ verifier, bound_ms, expected_ms, verdict })),
    ).toEqual([
      { verifier: 'carts', bound_ms: 1_080_000, expected_ms: 555_000, verdict: 'over' },
      { verifier: 'legacy', bound_ms: 'unknown', expected_ms: 'unknown', verdict: 'unknown' },
      { verifier: 'orders', bound_ms: 511_000, expected_ms: 285_000, verdict: 'within' },
      { verifier: 'search', bound_ms: 'unbounded', expected_ms: 'unknown', verdict: 'unbounded' },
    ]);
    const orders = targets.find(({ verifier }) => verifier === 'orders');
    expect(orders?.['addends']).toContainEqual({
      symbol: 'C',
      label: 'keys are cached',
      ms: 60_000,
      origin: 'explicit',
      at: 'inventory.yaml:21:9',
      source: null,
    });
    expect(orders).toMatchObject({ policy: 'orders', objective_ms: 600_000, objective_at: 'inventory.yaml:40:9' });
  });

  it('gives the same bytes for the same predictions', () => {
    expect(predictJson(predictions())).toBe(predictJson(predictions()));
  });
});
