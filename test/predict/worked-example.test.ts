import { describe, expect, it } from 'vitest';
import { explicit } from '../../src/model/fact.ts';
import { startOf } from '../../src/model/location.ts';
import { maxBound, showBound, sumBounds } from '../../src/model/quantity.ts';
import { predict } from '../../src/predict/predict.ts';
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

/**
 * The estate of docs/concepts.md#worked-example: tokens live 900 s, leeway 60 s, clocks 1 s apart; acting takes 60 s,
 * issuer replicas 30 s; the key set is fresh for 300 s and stale for 60 s more; a fetch takes up to 5 s.
 */
const FETCH = { fetchTimeout: written(5) };
const LEEWAY = { leeway: written(60) };

const ENVOY = verifierOf('envoy/jwt_authn', '1.37.0', { name: 'envoy', ...settingsOf(FETCH) });
const PYJWT = verifierOf('pyjwt', '2.12.0', { name: 'pyjwt', ...settingsOf(FETCH) });
const BEHIND_AUTHORIZER = verifierOf('jwks-rsa+jsonwebtoken', '4.1.0', {
  name: 'behind-authorizer',
  ...settingsOf({ ...FETCH, ...LEEWAY, verdictCacheTtl: written(300) }),
});
const GO_OIDC = verifierOf('go-oidc', '3.4.0', { name: 'go-oidc', ...settingsOf(FETCH) });
// CI 300 s, sync 180 s, four waves of 45 s, draining 30 s.
const INLINE = verifierOf('static-keys', '1', { name: 'inline', ...settingsOf({ deployTime: written(690) }) });

describe('the worked example', () => {
  it.for([
    { verifier: ENVOY, quiet: 1055, busy: 1055 },
    { verifier: PYJWT, quiet: 755, busy: 460 },
    { verifier: BEHIND_AUTHORIZER, quiet: 1355, busy: 1355 },
    { verifier: GO_OIDC, quiet: 'unbounded', busy: 460 },
    { verifier: INLINE, quiet: 750, busy: 750 },
  ])('ends a leaked signing key at $verifier.name after $quiet s, on a busy day after $busy s', (row) => {
    const inventory = inventoryOf([row.verifier]);
    expect(inSeconds(predictionOf(inventory, 'signing_key', 'quiet'))).toBe(row.quiet);
    expect(inSeconds(predictionOf(inventory, 'signing_key', 'busy'))).toBe(row.busy);
  });

  it('ends at go-oidc after 455 s when one token under the new key is sent once every edge is fresh', () => {
    const { addends } = predictionOf(inventoryOf([GO_OIDC]), 'signing_key', 'busy');
    const alone = addends.filter(({ label }) => label !== 'a fetch of the old set is under way');
    expect(inSeconds({ bound: sumBounds(alone.map(({ value }) => value)) })).toBe(455);
  });

  it('is unbounded as a whole because of one verifier, and 1355 s once new-key traffic reaches it', () => {
    const all = predict([inventoryOf([ENVOY, PYJWT, BEHIND_AUTHORIZER, GO_OIDC, INLINE])], []);
    const worst = (arm: string): string =>
      showBound(
        maxBound(all.filter((one) => one.scenario === 'signing_key' && one.arm === arm).map(({ bound }) => bound)),
      );
    expect(worst('quiet')).toBe('unbounded');
    expect(worst('busy')).toBe('22m35s');
  });

  it('ends a leaked access token by its expiry after 961 s, behind an authorizer that does not know exp after 1261 s', () => {
    expect(inSeconds(predictionOf(inventoryOf([ENVOY]), 'access_token'))).toBe(961);
    expect(inSeconds(predictionOf(inventoryOf([BEHIND_AUTHORIZER]), 'access_token'))).toBe(1261);
  });

  it('ends a leaked access token by a denylist after 100 s', () => {
    const listed = { ...ENVOY, channels: [useOf({ interval: written(30), negativeCache: written(5) })] };
    expect(inSeconds(predictionOf(inventoryOf([listed], { channels: [denylist(['jti'])] }), 'access_token'))).toBe(100);
  });

  it('ends a leaked refresh token after 1051 s where revoking it leaves its access tokens alone', () => {
    const issuer = issuerOf({
      refreshToken: { ...issuerOf().refreshToken, revokesAccessTokens: explicit(false, startOf('inventory.yaml')) },
    });
    expect(inSeconds(predictionOf(inventoryOf([ENVOY], { issuers: [issuer] }), 'refresh_token'))).toBe(1051);
  });
});
