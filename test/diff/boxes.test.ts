import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptedBoxes, undecidable } from '../../src/diff/accepted.ts';
import { axesBeyond, beyondOnlyOn, boxesHold } from '../../src/diff/box-algebra.ts';
import type { Point } from '../../src/diff/box.ts';
import { AXES } from '../../src/diff/axis.ts';
import { candidateOf } from '../../src/diff/candidate.ts';
import { compareBoxes } from '../../src/diff/compare-boxes.ts';
import { pickPoint } from '../../src/diff/pick-point.ts';
import type { EffectivePolicy } from '../../src/model/policy.ts';
import { decide } from '../../src/policy/decide.ts';
import { parseAddress } from '../../src/policy/cidr.ts';
import { POLICY, POLICY_PAIR, effective } from './random-policies.ts';

const NOW = Date.UTC(2026, 10, 30);

/** Tokens on and beside every limit that the random policies can have. */
const POINT: fc.Arbitrary<Point> = fc.record({
  format: fc.constant('jwt'),
  issuer: fc.constantFrom('https://a', 'https://a', 'https://b', 'https://c'),
  keyUri: fc.constant('https://keys'),
  algorithm: fc.constantFrom('ES256', 'ES256', 'ES384', 'PS256', 'RS256', 'Ed25519', 'EdDSA', 'HS256', 'none'),
  keyBits: fc.constant(2048),
  typ: fc.constantFrom('at+jwt', 'at+jwt', 'jwt', 'absent', 'other'),
  audience: fc.oneof(
    fc.constant(['orders']),
    fc.uniqueArray(fc.constantFrom('orders', 'billing', 'mail', 'a', 'other'), { minLength: 1, maxLength: 3 }),
  ),
  lifetime: fc.constantFrom(-1, 0, 30_000, 60_000, 60_001, 600_000, 600_001, 900_000, 900_001),
  age: fc.constantFrom(
    -60_001,
    -60_000,
    -5000,
    0,
    10_000,
    30_000,
    35_001,
    59_999,
    64_999,
    65_000,
    119_999,
    300_001,
    660_000,
  ),
  startsAhead: fc.constantFrom(null, null, -1000, 0, 5000, 5001, 60_000, 60_001),
  claims: fc
    .record({
      sub: fc.constantFrom(null, ['s'], ['s']),
      jti: fc.constantFrom(null, ['j'], ['j']),
      client_id: fc.constantFrom(null, ['c'], ['c'], ['c']),
      acr: fc.constantFrom(null, ['a'], ['b'], ['z']),
      tier: fc.constantFrom(null, ['a'], ['a', 'b'], ['b', 'z'], ['orders']),
      constructor: fc.constantFrom(null, null, ['a']),
    })
    .map((claims) => new Map(Object.entries(claims))),
  crit: fc.constantFrom([], [], ['x'], ['x', 'y'], ['z']),
  binding: fc.constantFrom('bearer', 'bearer', 'dpop', 'mtls'),
  proofAlgorithm: fc.constantFrom('ES256', 'PS256', 'HS256'),
  proofAge: fc.constantFrom(-5001, -5000, 0, 5000, 5001, 30_000, 30_001),
  proofNonce: fc.constantFrom('present', 'absent'),
  proofAth: fc.constantFrom('present', 'absent'),
  proofUse: fc.constant('first'),
  address: fc.constantFrom(null, ...['10.1.2.3', '10.200.0.1', '11.0.0.1', '2001:db8::1'].map(parseAddress)),
  kid: fc.constantFrom('known', 'known', 'absent'),
  keySource: fc.constantFrom('jwks_uri', 'jwks_uri', 'jku', 'jwk'),
  familyAge: fc.constant(0),
  use: fc.constant('first'),
});

/** `decide` does not ask where the key came from unless the header says so; the boxes do. */
function decides(policy: EffectivePolicy, point: Point): boolean {
  const { token, context } = candidateOf(point, 'access_token', NOW);
  const fromKeySet = policy.keys.sources.value.includes('jwks_uri') || point.keySource !== 'jwks_uri';
  return fromKeySet && decide(policy, token, context).verdict === 'accept';
}

describe('the boxes of a policy', () => {
  it('hold exactly the tokens that decide accepts', () => {
    fc.assert(
      fc.property(POLICY, fc.array(POINT, { minLength: 40, maxLength: 40 }), (spec, points) => {
        const policy = effective(spec);
        fc.pre(undecidable(policy, 'access_token') === null);
        const boxes = acceptedBoxes(policy, 'access_token');
        for (const point of points)
          expect([boxesHold(boxes, point), spec, point]).toEqual([decides(policy, point), spec, point]);
      }),
      { numRuns: 500 },
    );
  });

  it('yield tokens that decide accepts', () => {
    fc.assert(
      fc.property(POLICY, (spec) => {
        const policy = effective(spec);
        for (const box of acceptedBoxes(policy, 'access_token')) {
          const point = pickPoint(box);
          expect(point).not.toBeNull();
          if (point === null) continue;
          expect(axesBeyond(box, point)).toEqual([]);
          expect(decides(policy, point)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the difference of two policies', () => {
  it('is shown by tokens that decide tells apart, and otherwise there are none', () => {
    fc.assert(
      fc.property(POLICY_PAIR, fc.array(POINT, { minLength: 30, maxLength: 30 }), ([one, two], points) => {
        const [before, after] = [effective(one), effective(two)];
        const [old, young] = [acceptedBoxes(before, 'access_token'), acceptedBoxes(after, 'access_token')];
        const { gained, lost } = compareBoxes(old, young);
        for (const { box } of gained) expect(tells(box, after, before)).toBe(true);
        for (const { box } of lost) expect(tells(box, before, after)).toBe(true);
        for (const point of points) {
          const [was, is] = [decides(before, point), decides(after, point)];
          expect(
            boxesHold(
              gained.map(({ box }) => box),
              point,
            ),
          ).toBe(is && !was);
          expect(
            boxesHold(
              lost.map(({ box }) => box),
              point,
            ),
          ).toBe(was && !is);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('mirrors the difference the other way round', () => {
    const mirrored = new Map([
      ['more_permissive', 'less_permissive'],
      ['less_permissive', 'more_permissive'],
    ]);
    fc.assert(
      fc.property(POLICY_PAIR, ([one, two]) => {
        const [a, b] = [one, two].map((spec) => acceptedBoxes(effective(spec), 'access_token'));
        if (a === undefined || b === undefined) return;
        const there = compareBoxes(a, b);
        const back = compareBoxes(b, a);
        expect(back.gained.length > 0).toBe(there.lost.length > 0);
        expect(back.lost.length > 0).toBe(there.gained.length > 0);
        if (a.length > 0 && b.length > 0) expect(back.verdict).toBe(mirrored.get(there.verdict) ?? there.verdict);
        expect(compareBoxes(a, a).verdict).toBe('equivalent');
      }),
      { numRuns: 500 },
    );
  });

  it('finds the tokens that break one limit only', () => {
    fc.assert(
      fc.property(POLICY_PAIR, ([one, two]) => {
        const [a, b] = [one, two].map((spec) => acceptedBoxes(effective(spec), 'access_token'));
        for (const { name } of AXES) {
          for (const left of a ?? []) {
            for (const right of b ?? []) {
              for (const box of beyondOnlyOn(name, left, right)) {
                const point = pickPoint(box);
                expect(point).not.toBeNull();
                if (point !== null) expect([axesBeyond(left, point), axesBeyond(right, point)]).toEqual([[], [name]]);
              }
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

function tells(box: Parameters<typeof pickPoint>[0], accepts: EffectivePolicy, rejects: EffectivePolicy): boolean {
  const point = pickPoint(box);
  return point !== null && decides(accepts, point) && !decides(rejects, point);
}
