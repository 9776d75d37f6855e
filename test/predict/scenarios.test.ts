import { describe, expect, it } from 'vitest';
import { explicit, unknownFact } from '../../src/model/fact.ts';
import { startOf } from '../../src/model/location.ts';
import { SCENARIOS } from '../../src/model/policy.ts';
import type { Scenario } from '../../src/model/policy.ts';
import type { EffectivePolicy } from '../../src/model/policy.ts';
import { predict } from '../../src/predict/predict.ts';
import { SCENARIO_MODELS } from '../../src/predict/scenarios.ts';
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

const AT = startOf('inventory.yaml');
const JOSE = verifierOf('jose', '6.2.18');
/** Acting takes 60 s, replicas 30 s, and a token lives 900 s and a second of clocks. */
const EXPIRED = 60 + 30 + 901;

describe('scenarios', () => {
  it('are all predicted, each once', () => {
    expect(SCENARIO_MODELS.map(({ scenario }) => scenario).sort()).toEqual([...SCENARIOS].sort());
  });

  it('are predicted for every verifier, but secrets only where the keys are part of a configuration', () => {
    const scenariosOf = (library: string, version: string): readonly Scenario[] => [
      ...new Set(predict([inventoryOf([verifierOf(library, version)])], []).map(({ scenario }) => scenario)),
    ];
    const everywhere = ['access_token', 'client', 'refresh_token', 'signing_key', 'user_session'];
    expect(scenariosOf('jose', '6.2.18')).toEqual(everywhere);
    expect(scenariosOf('homegrown', '1.0.0')).toEqual(everywhere);
    expect(scenariosOf('static-keys', '1')).toEqual([...everywhere, 'hmac_secret'].sort());
  });

  it('are unknown for a library that nobody knows, secrets too where somebody promised something', () => {
    const objectives = {
      hmac_secret: { scenario: 'hmac_secret', max: { ...written(600), contributions: [] }, of: 'routes' },
    };
    const policy = { name: 'orders', objectives } as unknown as EffectivePolicy; // nothing else of it is looked at
    const inventory = inventoryOf([verifierOf('homegrown', '1.0.0', { policy: 'orders' })]);
    const secret = predict([inventory], [policy]).find(({ scenario }) => scenario === 'hmac_secret');
    expect(secret).toMatchObject({ bound: 'unknown', verdict: 'unknown' });
  });
});

describe('a leaked HMAC secret', () => {
  const verifier = verifierOf(
    'static-keys',
    '1',
    settingsOf({ deployTime: written(300), verdictCacheTtl: written(20) }),
  );

  it('ends with the deployment that replaces it, and cached decisions after that', () => {
    const prediction = predictionOf(inventoryOf([verifier]), 'hmac_secret');
    expect(inSeconds(prediction)).toBe(60 + 300 + 20);
    expect(prediction.assumptions).toContain(
      'deploy_time covers everybody who signs or verifies with the secret, and the old one is not accepted beside the new one',
    );
  });

  it('ends sooner by a list that names its kid, and by no other list', () => {
    const listening = { ...verifier, channels: [useOf()] };
    const by = (keys: Parameters<typeof denylist>[0]): number | string =>
      inSeconds(predictionOf(inventoryOf([listening], { channels: [denylist(keys)] }), 'hmac_secret'));
    expect(by(['kid'])).toBe(60 + 30 + 5 + 5 + 20);
    expect(by(['jti', 'sub', 'sid', 'client_id', 'token'])).toBe(380);
  });

  it('has no end where nobody says how long a deployment takes', () => {
    const undeclared = predictionOf(inventoryOf([verifierOf('static-keys', '1')]), 'hmac_secret');
    expect(undeclared).toMatchObject({
      bound: 'unbounded',
      wouldBeBoundedBy: expect.stringContaining('deploy_time') as string,
    });
  });
});

describe('a compromised client', () => {
  it('ends with the last token that it got before every replica refused it', () => {
    const prediction = predictionOf(inventoryOf([JOSE]), 'client');
    expect(inSeconds(prediction)).toBe(EXPIRED);
    expect(prediction.assumptions).toContain(
      'the issuer refuses codes and refresh tokens of a client that it refuses (RFC 6749 section 6)',
    );
  });

  it('ends sooner by a list that names clients, and not by one that names users', () => {
    const listening = { ...JOSE, channels: [useOf()] };
    const by = (keys: Parameters<typeof denylist>[0]): number | string =>
      inSeconds(predictionOf(inventoryOf([listening], { channels: [denylist(keys)] }), 'client'));
    expect(by(['client_id'])).toBe(60 + 30 + 30 + 5 + 5);
    expect(by(['sub', 'sid', 'jti'])).toBe(EXPIRED);
  });
});

describe('a stolen session', () => {
  const session = { derivedSessionLifetime: written(3600) };

  it('ends with its last token, and what was made from that', () => {
    expect(inSeconds(predictionOf(inventoryOf([JOSE]), 'user_session'))).toBe(EXPIRED);
    expect(inSeconds(predictionOf(inventoryOf([{ ...JOSE, ...session }]), 'user_session'))).toBe(EXPIRED + 3600);
  });

  it('ends with a log-out message, which ends what was made from its tokens too', () => {
    const told = { ...JOSE, ...session, channels: [useOf()] };
    const by = (type: 'backchannel_logout' | 'ssf_caep' | 'denylist'): number | string =>
      inSeconds(predictionOf(inventoryOf([told], { channels: [denylist(['sid'], { type })] }), 'user_session'));
    expect(by('backchannel_logout')).toBe(60 + 30 + 30 + 5 + 5);
    expect(by('ssf_caep')).toBe(60 + 30 + 30 + 5 + 5);
    // A list is asked about tokens, and the session has none any more.
    expect(by('denylist')).toBe(60 + 30 + 30 + 5 + 5 + 3600);
  });

  it('has no end where a lost message is never made up for and the session never ends', () => {
    const endless = {
      ...JOSE,
      derivedSessionLifetime: written('unbounded'),
      channels: [useOf({ interval: written('unknown') })],
    };
    const channels = [denylist(['sid'], { type: 'backchannel_logout', delivery: 'push' })];
    expect(predictionOf(inventoryOf([endless], { channels }), 'user_session').bound).toBe('unbounded');
  });

  it('leaves refresh tokens for offline access out, and says so', () => {
    expect(predictionOf(inventoryOf([JOSE]), 'user_session').assumptions.join()).toContain(
      'those for offline access need not (OpenID Connect Back-Channel Logout 1.0 section 2.7)',
    );
  });
});

describe('what a product does by itself', () => {
  it('is not what counts where somebody switched off a check or put a cache in front', () => {
    const lax = verifierOf('jose', '6.2.18', settingsOf({ verifiesExp: explicit(false, AT) }));
    const endless = predictionOf(inventoryOf([lax]), 'access_token');
    expect(endless).toMatchObject({
      bound: 'unbounded',
      wouldBeBoundedBy: 'a check of exp: without one a token lives for ever',
    });
    expect(endless.assumptions).toEqual([]);
    const templated = unknownFact(false, 'the value is a template', AT);
    const unsure = verifierOf('jose', '6.2.18', settingsOf({ verifiesExp: templated }));
    expect(predictionOf(inventoryOf([unsure]), 'access_token').bound).toBe('unknown');
    const stale = verifierOf(
      'jose',
      '6.2.18',
      settingsOf({ staleOnError: written(3600), upstreamCacheTtl: written(60) }),
    );
    const { bound, degraded } = predictionOf(inventoryOf([stale]), 'signing_key');
    expect(inSeconds({ bound })).toBe(450 + 60 + 600 + 5);
    expect(inSeconds({ bound: degraded?.bound ?? 'unknown' })).toBe(450 + 60 + 600 + 3600 + 5 + 5);
  });
});

describe('while nothing can be fetched', () => {
  const degraded = (library: string, version: string, changes = {}, issuers = [issuerOf()]): number | string => {
    const inventory = inventoryOf([verifierOf(library, version, changes)], { issuers });
    return inSeconds({ bound: predictionOf(inventory, 'signing_key').degraded?.bound ?? 'unknown' });
  };

  it('a verifier that fails closed ends a leaked key as always', () => {
    expect(degraded('jose', '6.2.18')).toBe(450 + 600 + 5);
  });

  it('shared caches may hand out the old set for as long as the longer of their two windows', () => {
    const edge = { ...issuerOf().edge, staleIfError: written(3600) };
    expect(degraded('jose', '6.2.18', {}, [issuerOf({ edge })])).toBe(60 + 30 + 300 + 3600 + 600 + 5);
  });

  it('Istio goes on for a week, and Envoy with async_fetch without end', () => {
    const none = { maxAge: written(0), staleWhileRevalidate: written(0), staleIfError: written(0) };
    const week = degraded('istio', '1.27.0', {}, [issuerOf({ edge: none })]);
    expect(week).toBeGreaterThan(7 * 86_400);
    expect(week).toBeLessThan(7 * 86_400 + 2 * 3600);
    expect(degraded('envoy-jwt-authn-async', '1.37.0', settingsOf({ fetchTimeout: written(5) }))).toBe('unbounded');
  });

  it('tokens under a new key make nobody fetch', () => {
    const { degraded: busy } = predictionOf(inventoryOf([JOSE]), 'signing_key', 'busy');
    expect(inSeconds({ bound: busy?.bound ?? 'unknown' })).toBe(450 + 600 + 5);
  });

  it('a list that fails open leaves the expiry, one that fails closed is as good as ever', () => {
    const by = (failMode: 'open' | 'closed'): number | string => {
      const verifier = { ...JOSE, channels: [useOf({ failMode: explicit(failMode, AT) })] };
      const prediction = predictionOf(inventoryOf([verifier], { channels: [denylist(['jti'])] }), 'access_token');
      expect(inSeconds(prediction)).toBe(100);
      return inSeconds({ bound: prediction.degraded?.bound ?? 'unknown' });
    };
    expect(by('closed')).toBe(100);
    expect(by('open')).toBe(901);
  });
});
