import { describe, expect, it } from 'vitest';
import { defaulted, explicit } from '../../src/model/fact.ts';
import type { VerifierDeclaration } from '../../src/model/inventory.ts';
import { startOf } from '../../src/model/location.ts';
import type { Scenario } from '../../src/model/policy.ts';
import type { Arm, Prediction } from '../../src/model/prediction.ts';
import type { Bound } from '../../src/model/quantity.ts';
import { ZERO, isFiniteBound, showBound } from '../../src/model/quantity.ts';
import { PRODUCTS } from '../../src/predict/products.ts';
import {
  checkedVerifier,
  inventoryOf,
  issuerOf,
  nameOf,
  predictionOf,
  settingsOf,
  verifierOf,
  written,
} from './inventory-builder.ts';

const NONE = { maxAge: written(0), staleWhileRevalidate: written(0), staleIfError: written(0) };
const ISSUER = issuerOf({ timeToAct: written(0), replicaConvergence: written(0), edge: NONE });
const NO_SESSIONS_DECLARED = defaulted<Bound>(ZERO, 'none are declared');

/** A product by itself: nobody has to act, no shared cache, fetches of a second where that can be set. */
function alone(
  library: string,
  version: string,
  settings: Partial<VerifierDeclaration['settings']> = {},
  issuer = ISSUER,
): (scenario: Scenario, arm?: Arm) => Prediction {
  const verifier = verifierOf(library, version, {
    ...settingsOf({ fetchTimeout: written(1), leeway: written(0), ...settings }),
    derivedSessionLifetime: NO_SESSIONS_DECLARED,
  });
  return (scenario, arm = 'quiet') => predictionOf(inventoryOf([verifier], { issuers: [issuer] }), scenario, arm);
}

/** Seconds of a bound without its fetches. */
function withoutFetches({ bound, addends }: Prediction): number | string {
  if (!isFiniteBound(bound)) return bound;
  const fetches = addends.filter(({ symbol }) => symbol === 'l').map(({ value }) => Number(value));
  return (bound - fetches.reduce((sum, value) => sum + value, 0)) / 1000;
}

describe('products by themselves', () => {
  it.for<{
    readonly library: string;
    readonly version: string;
    readonly quiet: number | string;
    readonly busy: number | string;
  }>([
    { library: 'apollo-router', version: '2.9.0', quiet: 60, busy: 60 },
    { library: 'envoy/jwt_authn', version: '1.37.0', quiet: 600, busy: 600 },
    { library: 'envoy-jwt-authn-async', version: '1.37.0', quiet: 600, busy: 600 },
    { library: 'envoy-gateway', version: '1.9.0', quiet: 300, busy: 300 },
    { library: 'istio', version: '1.27.0', quiet: 1200 + 10, busy: 1200 + 10 },
    { library: 'istio-remote-jwks', version: '1.27.0', quiet: 300, busy: 300 },
    // The verdict cache of ten seconds in front of all authenticators stays.
    { library: 'kube-apiserver', version: '1.34.0', quiet: 'unbounded', busy: 'unknown' },
    { library: 'kong-openid-connect', version: '3.15', quiet: 3600, busy: 30 },
    { library: 'nginx-auth-jwt', version: '36', quiet: 0, busy: 0 },
    { library: 'krakend', version: '2.9.0', quiet: 0, busy: 0 },
    { library: 'quarkus-oidc', version: '3.27.0', quiet: 'unbounded', busy: 600 },
    { library: 'smallrye-jwt', version: '4.6.0', quiet: 3600, busy: 1800 },
    { library: 'ory-oathkeeper', version: '0.40.9', quiet: 30, busy: 0 },
    { library: 'micronaut', version: '4.11.0', quiet: 60, busy: 60 },
    { library: 'grafana', version: '12.0.0', quiet: 3600, busy: 3600 },
    { library: 'aws-apigateway-http-jwt', version: '1', quiet: 7200, busy: 7200 },
    { library: 'dapr', version: '1.16.0', quiet: 600 + 900, busy: 600 + 900 },
    { library: 'keyfunc', version: '3.7.0', quiet: 3600, busy: 300 },
    { library: 'minio', version: '1', quiet: 'unbounded', busy: 'unbounded' },
    { library: 'gcp-api-gateway', version: '1', quiet: 'unbounded', busy: 'unbounded' },
  ])(
    '$library forgets a removed key after $quiet s, with new tokens about after $busy s',
    ({ library, version, ...row }) => {
      const predicted = alone(library, version);
      const quiet = predicted('signing_key');
      const busy = predicted('signing_key', 'busy');
      const isEndless = [quiet, busy].some(({ addends }) =>
        addends.some(({ symbol, value }) => symbol === 'l' && value === 'unbounded'),
      );
      // Where the product never gives up a fetch, the rest is what is compared.
      const rest = (one: Prediction): number | string =>
        isEndless && one.bound === 'unbounded'
          ? one.addends.reduce((sum, { symbol, value }) => sum + (symbol === 'l' ? 0 : Number(value) / 1000), 0)
          : withoutFetches(one);
      expect({ quiet: rest(quiet), busy: rest(busy) }).toEqual({ quiet: row.quiet, busy: row.busy });
    },
  );

  it('ASP.NET has no bound at a replica that nobody asks, and thirteen and a half hours at one that is always asked', () => {
    expect(alone('aspnet-jwtbearer', '9.0.0')('signing_key')).toMatchObject({
      bound: 'unbounded',
      wouldBeBoundedBy: expect.stringContaining('request_gap') as string,
    });
    const asked = alone('aspnet-jwtbearer', '9.0.0', { requestGap: written(0) })('signing_key');
    expect(withoutFetches(asked)).toBe(12 * 3600 * 1.05 + 3600);
    const partial = verifierOf('aspnet-jwtbearer', '9.0.0', { isPartial: true });
    expect(isFiniteBound(predictionOf(inventoryOf([partial]), 'signing_key').bound)).toBe(true);
    const poked = alone('aspnet-jwtbearer', '9.0.0')('signing_key', 'busy');
    expect(withoutFetches(poked)).toBe(300 + 3600);
  });

  it('ASP.NET on .NET 8 waits for its refresh, so that nobody has to ask in time', () => {
    expect(withoutFetches(alone('aspnet-jwtbearer', '8.0.0')('signing_key'))).toBe(12 * 3600 * 1.05 + 3600);
  });

  it('products that read Cache-Control take max-age instead of their own time, or where it is longer', () => {
    const issuer = (seconds: number): typeof ISSUER =>
      issuerOf({ ...ISSUER, edge: { ...NONE, maxAge: written(seconds) } });
    const of = (library: string, version: string, seconds: number): number | string =>
      withoutFetches(alone(library, version, {}, issuer(seconds))('signing_key'));
    // The edge counts too: the header is its own F, and neither of the two counts the age of the copy.
    expect(of('smallrye-jwt', '4.6.0', 600)).toBe(600 + 600);
    expect(of('smallrye-jwt', '4.6.0', 7200)).toBe(7200 + 7200);
    expect(of('smallrye-jwt', '4.6.0', 0)).toBe(3600);
    const jwx = (seconds: number): readonly string[] =>
      alone(
        'jwx',
        '2.1.3',
        {},
        issuer(seconds),
      )('signing_key')
        .addends.filter(({ symbol }) => symbol === 'C' || symbol === 'jitter')
        .map(({ symbol, value }) => `${symbol} ${showBound(value)}`);
    expect(jwx(60)).toEqual(['C 15m', 'jitter 15m']);
    expect(jwx(3600)).toEqual(['C 1h', 'jitter 15m']);
  });

  it('NGINX adds its key cache and the proxy cache that the keys come through', () => {
    const both = alone('nginx-auth-jwt', '36', { keyCacheTtl: written(3600), upstreamCacheTtl: written(43_200) });
    expect(withoutFetches(both('signing_key'))).toBe(3600 + 43_200);
    const stale = alone('nginx-auth-jwt', '36', { staleOnError: written('unbounded') })('signing_key');
    expect(stale.degraded?.bound).toBe('unbounded');
  });

  it('Kong and HAProxy let tokens live for ever until somebody makes them look at exp', () => {
    for (const [library, version] of [
      ['kong-jwt', '3.9.0'],
      ['haproxy', '2.6.12'],
    ] as const) {
      const deployTime = written(60);
      expect(alone(library, version, { deployTime })('access_token').bound).toBe('unbounded');
      const checking = { deployTime, verifiesExp: explicit(true, startOf('inventory.yaml')) };
      expect(withoutFetches(alone(library, version, checking)('access_token'))).toBe(901);
    }
  });

  it('oauth2-proxy, Kafka and Vault make sessions that outlive what they verified', () => {
    const proxy = alone('oauth2-proxy', '7.12.0')('access_token');
    expect(withoutFetches(proxy)).toBe(901 + 7 * 86_400);
    expect(alone('kafka-oauthbearer', '4.1.0')('access_token')).toMatchObject({
      bound: 'unbounded',
      wouldBeBoundedBy: expect.stringContaining('connections.max.reauth.ms') as string,
    });
    expect(alone('vault-jwt', '1.20.0')('access_token').bound).toBe('unknown');
  });
});

describe('every product', () => {
  it.for(PRODUCTS.map((product) => ({ name: nameOf(product), product })))(
    '$name is no better while nothing can be fetched, and says why an endless bound is one',
    ({ product }) => {
      const verifier = { ...checkedVerifier(product), derivedSessionLifetime: NO_SESSIONS_DECLARED };
      for (const scenario of ['signing_key', 'access_token', 'user_session'] as const) {
        const { bound, degraded, wouldBeBoundedBy } = predictionOf(inventoryOf([verifier]), scenario);
        expect(wouldBeBoundedBy === null).toBe(bound !== 'unbounded');
        if (isFiniteBound(bound)) {
          const worse = degraded?.bound ?? ZERO;
          expect(!isFiniteBound(worse) || worse >= bound).toBe(true);
        }
      }
    },
  );
});
