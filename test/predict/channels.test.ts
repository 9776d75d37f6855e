import { describe, expect, it } from 'vitest';
import { explicit } from '../../src/model/fact.ts';
import { startOf } from '../../src/model/location.ts';
import type { ChannelKey, ChannelType, Scenario } from '../../src/model/policy.ts';
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

/** Acting takes 60 s; the list is polled every 30 s, a request takes 5 s, and "not revoked" is remembered for 5 s. */
const LISTED = 60 + 30 + 5 + 5;
const EXPIRED = 901;

describe('a denylist', () => {
  const verifier = verifierOf('jose', '6.2.18', { channels: [useOf()] });

  it.for<{ readonly keys: readonly ChannelKey[]; readonly scenario: Scenario; readonly seconds: number }>([
    { keys: ['jti'], scenario: 'access_token', seconds: LISTED },
    { keys: ['token'], scenario: 'access_token', seconds: LISTED },
    { keys: ['client_id'], scenario: 'access_token', seconds: LISTED },
    { keys: ['kid'], scenario: 'access_token', seconds: EXPIRED },
    // The refresh token dies after 90 s; nobody knows the jti of what the thief minted with it.
    { keys: ['jti', 'token'], scenario: 'refresh_token', seconds: 90 + EXPIRED },
    { keys: ['sid'], scenario: 'refresh_token', seconds: 90 + LISTED - 60 },
    { keys: ['sub'], scenario: 'refresh_token', seconds: 90 + LISTED - 60 },
    { keys: ['kid'], scenario: 'signing_key', seconds: LISTED },
    // A thief with the key writes jti, sid and sub.
    { keys: ['jti', 'sid', 'sub', 'token', 'client_id'], scenario: 'signing_key', seconds: 450 + 600 + 5 },
  ])('of $keys ends a leaked $scenario after $seconds s', ({ keys, scenario, seconds }) => {
    expect(inSeconds(predictionOf(inventoryOf([verifier], { channels: [denylist(keys)] }), scenario))).toBe(seconds);
  });

  it('that is pushed is as good as its next full read, and no good without one', () => {
    const channels = { channels: [denylist(['jti'], { delivery: 'push' })] };
    const reconciled = verifierOf('jose', '6.2.18', { channels: [useOf({ interval: written(120) })] });
    const lossy = verifierOf('jose', '6.2.18', { channels: [useOf({ interval: written('unknown') })] });
    expect(inSeconds(predictionOf(inventoryOf([reconciled], channels), 'access_token'))).toBe(60 + 120 + 5 + 5);
    expect(inSeconds(predictionOf(inventoryOf([lossy], channels), 'access_token'))).toBe(EXPIRED);
  });

  it('that is pushed without a full read gives a key no bound, and says what would', () => {
    const lossy = verifierOf('aws-jwt-verify', '5.2.1', { channels: [useOf({ interval: written('unknown') })] });
    const inventory = inventoryOf([lossy], { channels: [denylist(['kid'], { delivery: 'push' })] });
    expect(predictionOf(inventory, 'signing_key').bound).toBe('unbounded');
  });

  it('adds the lag of its store', () => {
    const channels = { channels: [denylist(['jti'], { storeLag: written(7) })] };
    expect(inSeconds(predictionOf(inventoryOf([verifier], channels), 'access_token'))).toBe(LISTED + 7);
  });

  it('with an unknown part leaves the bound of the other way, which can only be too high', () => {
    const channels = { channels: [denylist(['jti'], { storeLag: written('unknown') })] };
    expect(inSeconds(predictionOf(inventoryOf([verifier], channels), 'access_token'))).toBe(EXPIRED);
  });

  it('that fails open is only assumed to work', () => {
    const open = verifierOf('jose', '6.2.18', { channels: [useOf({ failMode: explicit('open', AT) })] });
    const channels = { channels: [denylist(['jti'])] };
    expect(predictionOf(inventoryOf([open], channels), 'access_token').assumptions).toContain(
      'denylist "list" can be reached: this verifier fails open',
    );
    // It cannot name a key, so nothing of a leaked key rests on it.
    expect(predictionOf(inventoryOf([open], channels), 'signing_key').assumptions).toEqual([]);
  });
});

describe('other channels', () => {
  it.for<{ readonly type: ChannelType; readonly keys: readonly ChannelKey[] }>([
    { type: 'status_list', keys: ['jti'] },
    { type: 'backchannel_logout', keys: ['sid'] },
    { type: 'ssf_caep', keys: ['sub'] },
  ])('of type $type count like a list of $keys', ({ type, keys }) => {
    const verifier = verifierOf('jose', '6.2.18', { channels: [useOf()] });
    const inventory = inventoryOf([verifier], { channels: [denylist(keys, { type })] });
    expect(inSeconds(predictionOf(inventory, 'access_token'))).toBe(LISTED);
  });

  const introspection = { channels: [denylist([], { type: 'introspection' })] };
  const asking = verifierOf('jose', '6.2.18', { channels: [useOf({ positiveCache: written(20) })] });

  it('introspection ends an access token when the issuer knows and the answer is no longer remembered', () => {
    expect(inSeconds(predictionOf(inventoryOf([asking], introspection), 'access_token'))).toBe(60 + 30 + 20 + 5);
  });

  it('introspection waits for a cache of decisions in front of the verifier', () => {
    const behind = { ...asking, ...settingsOf({ verdictCacheTtl: written(300) }) };
    expect(inSeconds(predictionOf(inventoryOf([behind], introspection), 'access_token'))).toBe(60 + 30 + 20 + 5 + 300);
  });

  it('introspection ends what a refresh token minted only where revoking it reaches that', () => {
    const cascading = issuerOf({
      refreshToken: { ...issuerOf().refreshToken, revokesAccessTokens: explicit(true, AT) },
    });
    expect(inSeconds(predictionOf(inventoryOf([asking], introspection), 'refresh_token'))).toBe(90 + EXPIRED);
    expect(
      inSeconds(predictionOf(inventoryOf([asking], { ...introspection, issuers: [cascading] }), 'refresh_token')),
    ).toBe(90 + 20 + 5);
  });

  it('introspection says nothing of a leaked key: the thief asks for nothing that the issuer knows', () => {
    expect(inSeconds(predictionOf(inventoryOf([asking], introspection), 'signing_key'))).toBe(450 + 600 + 5);
  });

  it('a redeployment empties caches that never end by themselves, once the key is gone', () => {
    const verifier = verifierOf('aws-jwt-verify', '5.2.1', {
      channels: [useOf({ channel: 'rollout' })],
      ...settingsOf({ deployTime: written(300) }),
    });
    const channels = { channels: [denylist([], { name: 'rollout', type: 'redeploy' })] };
    expect(inSeconds(predictionOf(inventoryOf([verifier], channels), 'signing_key'))).toBe(450 + 300 + 6);
  });
});

describe('assumptions', () => {
  it('name tokens without exp where the verifier would accept them', () => {
    const lax = 'every access token has an exp claim: jose accepts tokens without one';
    const strict = settingsOf({ requiresExp: explicit(true, AT) });
    expect(predictionOf(inventoryOf([verifierOf('jose', '6.2.18')]), 'access_token').assumptions).toContain(lax);
    expect(predictionOf(inventoryOf([verifierOf('jose', '6.2.18', strict)]), 'access_token').assumptions).toEqual([]);
  });

  it('name children of a refresh token that an issuer may let live', () => {
    const issuer = issuerOf({ refreshToken: { ...issuerOf().refreshToken, reuseDetection: explicit('off', AT) } });
    const inventory = inventoryOf([verifierOf('go-oidc', '3.4.0')], { issuers: [issuer] });
    expect(predictionOf(inventory, 'refresh_token').assumptions).toEqual([
      'refresh tokens that the thief got by rotation are revoked too',
    ]);
  });

  it('name settings that the product does not have', () => {
    const verifier = verifierOf('hono/jwk', '4.13.19', settingsOf({ keyCacheTtl: written(5), leeway: written(5) }));
    expect(predictionOf(inventoryOf([verifier]), 'signing_key').assumptions).toEqual([
      'hono/jwk has no setting key_cache_ttl; it is ignored',
      'hono/jwk has no setting leeway; it is ignored',
    ]);
  });

  it('name the traffic that the busy arm rests on', () => {
    expect(predictionOf(inventoryOf([verifierOf('jose', '6.2.18')]), 'signing_key', 'busy').assumptions).toEqual([
      'a token under the new key reaches every replica as soon as it may fetch again',
    ]);
  });

  it('name a policy that was not read, because without it there is no objective to miss', () => {
    const verifier = verifierOf('jose', '6.2.18', { policy: 'orders' });
    const prediction = predictionOf(inventoryOf([verifier]), 'signing_key');
    expect(prediction).toMatchObject({ verdict: 'no-objective', objective: null });
    expect(prediction.assumptions).toEqual(['no objective applies: policy "orders" was not read']);
  });
});
