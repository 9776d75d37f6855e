import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explicit } from '../../src/model/fact.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { startOf } from '../../src/model/location.ts';
import type { Scenario } from '../../src/model/policy.ts';
import type { Arm, Prediction } from '../../src/model/prediction.ts';
import { isFiniteBound, showBound } from '../../src/model/quantity.ts';
import { readInventory } from '../../src/policy/read-inventory.ts';
import { validateDocument } from '../../src/policy/validate.ts';
import { predict } from '../../src/predict/predict.ts';
import { PRODUCTS, findProduct } from '../../src/predict/products.ts';
import { parseDocuments } from '../../src/source/parse.ts';
import { denylist, inventoryOf, issuerOf, settingsOf, useOf, verifierOf, written } from './inventory-builder.ts';

function one(inventory: Inventory, scenario: Scenario, arm: Arm = 'quiet'): Prediction {
  const found = predict([inventory], []).find(
    (prediction) => prediction.scenario === scenario && prediction.arm === arm,
  );
  if (found === undefined) throw new Error(`no prediction for ${scenario} ${arm}`);
  return found;
}

const seconds = ({ bound }: Prediction): number | string => (isFiniteBound(bound) ? bound / 1000 : bound);

describe('the bound of a leaked signing key', () => {
  // Acting 60 s, issuer replicas 30 s, edge 300 + 60 s; fetches of 5 s where the library's own time-out is longer.
  const fetch5 = { fetchTimeout: written(5) };
  it.for([
    {
      name: 'adds the key cache of a library to everything before it',
      verifier: verifierOf('pyjwt', '2.6.0', settingsOf(fetch5)),
      quiet: 60 + 30 + 360 + 300 + 5,
      busy: 60 + 30 + 360 + 0 + 5,
    },
    {
      name: 'adds a cache of decisions in front of the library',
      verifier: verifierOf('jwks-rsa+jsonwebtoken', '4.1.0', settingsOf({ ...fetch5, verdictCacheTtl: written(300) })),
      quiet: 1355,
      busy: 1355,
    },
    {
      name: 'has no end for a library that never looks again, unless another key arrives',
      verifier: verifierOf('go-oidc', '3.4.0', settingsOf(fetch5)),
      quiet: 'unbounded',
      busy: 455,
    },
    {
      name: 'is the time of a deployment for keys in the configuration',
      verifier: verifierOf('static-keys', '1', settingsOf({ deployTime: written(690) })),
      quiet: 690,
      busy: 690,
    },
    {
      name: 'has no end when nobody said how long a deployment takes',
      verifier: verifierOf('static-keys', '1'),
      quiet: 'unbounded',
      busy: 'unbounded',
    },
    {
      name: 'uses the default of the product when nothing is set',
      verifier: verifierOf('jose', '6.2.18'),
      quiet: 60 + 30 + 360 + 600 + 5,
      busy: 60 + 30 + 360 + 30 + 5,
    },
    {
      name: 'has no end for a cache that serves removed keys, whatever arrives',
      verifier: verifierOf('get-jwks+fast-jwt', '11.0.3'),
      quiet: 'unbounded',
      busy: 'unbounded',
    },
    {
      name: 'has no key cache where keys are fetched for every request',
      verifier: verifierOf('hono/jwk', '4.13.19', settingsOf(fetch5)),
      quiet: 455,
      busy: 455,
    },
    {
      name: 'adds sessions made from tokens',
      verifier: verifierOf('hono/jwk', '4.13.19', { ...settingsOf(fetch5), derivedSessionLifetime: written(3600) }),
      quiet: 4055,
      busy: 4055,
    },
    {
      name: 'is unknown for a library nobody knows',
      verifier: verifierOf('homegrown', '1.0.0'),
      quiet: 'unknown',
      busy: 'unknown',
    },
    {
      name: 'is unknown for another major version',
      verifier: verifierOf('jose', '4.0.0'),
      quiet: 'unknown',
      busy: 'unknown',
    },
  ])('$name', ({ verifier, quiet, busy }) => {
    const inventory = inventoryOf([verifier]);
    expect(seconds(one(inventory, 'signing_key', 'quiet'))).toBe(quiet);
    expect(seconds(one(inventory, 'signing_key', 'busy'))).toBe(busy);
  });

  it('is ended by a denylist that can name a kid, and only by such a one', () => {
    const verifier = verifierOf('aws-jwt-verify', '5.2.1', { channels: [useOf()] });
    const withKid = inventoryOf([verifier], { channels: [denylist(['kid'])] });
    const withoutKid = inventoryOf([verifier], { channels: [denylist(['jti', 'sub'])] });
    expect(seconds(one(withKid, 'signing_key'))).toBe(60 + 30 + 5 + 5);
    expect(seconds(one(withoutKid, 'signing_key'))).toBe('unbounded');
  });

  it('is unknown, never small, when a part is unknown', () => {
    const inventory = inventoryOf([verifierOf('jose', '6.2.18')], {
      issuers: [issuerOf({ replicaConvergence: written('unknown') })],
    });
    expect(one(inventory, 'signing_key')).toMatchObject({ bound: 'unknown', verdict: 'unknown' });
  });

  it('has no end while issuer replicas never agree', () => {
    const inventory = inventoryOf([verifierOf('jose', '6.2.18')], {
      issuers: [issuerOf({ replicaConvergence: written('unbounded') })],
    });
    expect(one(inventory, 'signing_key').bound).toBe('unbounded');
  });
});

describe('the bound of a leaked access token', () => {
  const verifier = verifierOf('jose', '6.2.18', settingsOf({ leeway: written(60) }));

  it('is its lifetime, leeway and clock difference without a channel', () => {
    expect(seconds(one(inventoryOf([verifier]), 'access_token'))).toBe(961);
  });

  it('is longer behind a cache of decisions that does not know exp', () => {
    const behind = verifierOf('jose', '6.2.18', settingsOf({ leeway: written(60), verdictCacheTtl: written(300) }));
    expect(seconds(one(inventoryOf([behind]), 'access_token'))).toBe(1261);
  });

  it('is the poll of a denylist when that is faster', () => {
    const listed = { ...verifier, channels: [useOf()] };
    expect(seconds(one(inventoryOf([listed], { channels: [denylist(['jti'])] }), 'access_token'))).toBe(
      60 + 30 + 5 + 5,
    );
  });

  it('has no benefit from a pushed list whose lost messages nobody makes up for', () => {
    const listed = { ...verifier, channels: [useOf({ interval: written('unknown') })] };
    expect(
      seconds(one(inventoryOf([listed], { channels: [denylist(['jti'], { delivery: 'push' })] }), 'access_token')),
    ).toBe(961);
  });

  it('says that a channel which fails open is only assumed', () => {
    const listed = { ...verifier, channels: [useOf({ failMode: explicit('open', startOf('inventory.yaml')) })] };
    expect(one(inventoryOf([listed], { channels: [denylist(['jti'])] }), 'access_token').assumptions.join()).toContain(
      'fails open',
    );
  });
});

describe('the bound of a leaked refresh token', () => {
  const verifier = verifierOf('jose', '6.2.18', settingsOf({ leeway: written(60) }));

  it('is its revocation, then the life of the last access token', () => {
    expect(seconds(one(inventoryOf([verifier]), 'refresh_token'))).toBe(1051);
  });

  it('is not shortened by a list of jti, because those of the thief are not known', () => {
    const listed = { ...verifier, channels: [useOf()] };
    expect(seconds(one(inventoryOf([listed], { channels: [denylist(['jti'])] }), 'refresh_token'))).toBe(1051);
    expect(seconds(one(inventoryOf([listed], { channels: [denylist(['sid'])] }), 'refresh_token'))).toBe(
      60 + 30 + 30 + 5 + 5,
    );
  });
});

describe('every prediction', () => {
  const amount = fc.oneof(
    fc.integer({ min: 0, max: 10_000 }),
    fc.constant('unbounded' as const),
    fc.constant('unknown' as const),
  );

  it('never gets better when a part gets worse', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PRODUCTS.filter(({ checked }) => checked.versions !== 'any')),
        fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 5000 }),
        (product, parts, index, more) => {
          const bound = (values: readonly number[]): number => {
            const [act = 0, rho = 0, age = 0, life = 0, leeway = 0] = values;
            const issuer = issuerOf({
              timeToAct: written(act),
              replicaConvergence: written(rho),
              edge: { ...issuerOf().edge, maxAge: written(age) },
              accessTokenLifetime: written(life),
            });
            const inventory = inventoryOf(
              [
                verifierOf(
                  product.id,
                  `${product.checked.major}.0.0`,
                  settingsOf({ leeway: written(leeway), fetchTimeout: written(1) }),
                ),
              ],
              { issuers: [issuer] },
            );
            return predict([inventory], []).reduce(
              (total, prediction) => total + (isFiniteBound(prediction.bound) ? prediction.bound : 0),
              0,
            );
          };
          expect(bound(parts.map((value, at) => (at === index ? value + more : value)))).toBeGreaterThanOrEqual(
            bound(parts),
          );
        },
      ),
    );
  });

  it('is made of the addends that it names', () => {
    fc.assert(
      fc.property(amount, amount, (act, rho) => {
        const inventory = inventoryOf(
          PRODUCTS.map(({ id, checked }) => verifierOf(id, `${checked.major}.0.0`)),
          { issuers: [issuerOf({ timeToAct: written(act), replicaConvergence: written(rho) })] },
        );
        for (const { bound, addends } of predict([inventory], [])) {
          const values = addends.map(({ value }) => value);
          if (isFiniteBound(bound)) expect(values.reduce<number>((sum, value) => sum + Number(value), 0)).toBe(bound);
          else expect(values).toContain(bound);
        }
      }),
    );
  });

  it('names a remedy exactly when it has no end', () => {
    for (const { bound, wouldBeBoundedBy } of predict(
      [inventoryOf(PRODUCTS.map(({ id, checked }) => verifierOf(id, `${checked.major}.0.0`)))],
      [],
    )) {
      expect(wouldBeBoundedBy === null).toBe(bound !== 'unbounded');
    }
  });
});

describe('findProduct', () => {
  it('says what it assumes of a version that was not looked at', () => {
    expect(findProduct('jose', '6.2.18')).toMatchObject({ kind: 'known', assumption: null });
    expect(findProduct('jose', '6.9.0')).toMatchObject({
      kind: 'known',
      assumption: 'checked for 6.2.18, declared 6.9.0',
    });
    expect(findProduct('jose', null)).toMatchObject({
      kind: 'known',
      assumption: expect.stringContaining('no version') as string,
    });
    expect(findProduct('jose', '5.0.0').kind).toBe('other-major');
    expect(findProduct('nothing', '1').kind).toBe('unknown');
  });
});

describe('the lab', () => {
  it('is predicted as the inventory describes it', () => {
    const file = 'policies/lab-inventory.yaml';
    const [source] = parseDocuments(file, readFileSync(file, 'utf8')).documents;
    const document = source === undefined ? null : validateDocument(source).document;
    const inventory = document === null ? null : readInventory(document).inventory;
    const rows = predict(inventory === null ? [] : [inventory], [])
      .filter(({ scenario }) => scenario === 'signing_key')
      .map(({ verifier, arm, bound }) => `${verifier} ${arm} ${showBound(bound)}`);
    expect(rows).toMatchInlineSnapshot(`
      [
        "aws-jwt-verify quiet unbounded",
        "aws-jwt-verify busy 12s",
        "express-jwt quiet 6s",
        "express-jwt busy 6s",
        "fast-jwt quiet 6s",
        "fast-jwt busy 6s",
        "get-jwks quiet unbounded",
        "get-jwks busy unbounded",
        "hono quiet 2s",
        "hono busy 2s",
        "jose quiet 7s",
        "jose busy 3s",
        "jwks-rsa quiet 7s",
        "jwks-rsa busy 7s",
        "oauth2-jwt-bearer quiet 7s",
        "oauth2-jwt-bearer busy 3s",
        "passport-jwt quiet 5s",
        "passport-jwt busy 5s",
      ]
    `);
  });
});
