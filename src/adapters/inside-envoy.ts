/** What Envoy's jwt_authn filter does when the product around it leaves it as it is: one place for all that are built on it. */
import { millis } from '../model/quantity.ts';
import type { Setting } from './adapter.ts';

const AUTHENTICATOR = 'Envoy: source/extensions/filters/http/jwt_authn/authenticator.cc';

/**
 * Algorithms and times of a product that passes none of them on to Envoy.
 *
 * @param sources where the product can be seen to set neither require_expiration nor max_lifetime
 */
export function settingsInsideEnvoy(sources: {
  readonly requiresExp: string;
  readonly maxLifetime: string;
}): readonly Setting[] {
  return [
    {
      on: 'verifier',
      fact: 'algorithms',
      setting: null,
      absent: {
        origin: 'platform',
        value: 'any',
        source: 'google/jwt_verify_lib: src/verify.cc takes every algorithm that fits the type of the key',
      },
    },
    {
      on: 'verifier',
      fact: 'expVerified',
      setting: null,
      absent: { origin: 'platform', value: true, source: `${AUTHENTICATOR}, verifyTimeConstraint` },
    },
    {
      on: 'verifier',
      fact: 'requiresExp',
      setting: null,
      absent: { origin: 'platform', value: false, source: sources.requiresExp },
    },
    {
      on: 'verifier',
      fact: 'maxLifetime',
      setting: null,
      absent: { origin: 'platform', value: 'unbounded', source: sources.maxLifetime },
    },
    {
      on: 'verifier',
      fact: 'leeway',
      setting: null,
      absent: { origin: 'platform', value: millis(60_000), source: `${AUTHENTICATOR}, kClockSkewInSecond` },
    },
  ];
}
