import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptedBoxes, undecidable } from '../../src/diff/accepted.ts';
import type { Box, Point } from '../../src/diff/box.ts';
import { boxesHold } from '../../src/diff/box-algebra.ts';
import { candidateOf } from '../../src/diff/candidate.ts';
import { compareBoxes } from '../../src/diff/compare-boxes.ts';
import { pickPoint } from '../../src/diff/pick-point.ts';
import type { Dimension } from '../../src/model/decision.ts';
import type { EffectivePolicy } from '../../src/model/policy.ts';
import { decide } from '../../src/policy/decide.ts';
import { parseAddress } from '../../src/policy/cidr.ts';
import { POLICY_PAIR, effective } from './random-policies.ts';

const NOW = Date.UTC(2026, 10, 30);
const PAIRS = 3000;

/** That cnf must be there is about how the token is bound. */
const CONFIRMED = 'required_claim cnf';

/** Values of one group of axes, and the dimensions of `decide` that look at them. Groups do not touch each other. */
interface Group {
  readonly dimensions: readonly (Dimension | typeof CONFIRMED)[];
  readonly values: readonly Partial<Point>[];
}

const claims = (acr: string | null, tier: readonly string[] | null): Partial<Point> => ({
  claims: new Map([
    ['sub', ['s']],
    ['client_id', ['c']],
    ['jti', ['j']],
    ['acr', acr === null ? null : [acr]],
    ['tier', tier],
    ['constructor', ['a']],
  ]),
});

const GROUPS: readonly Group[] = [
  {
    // The audience and the issuer are claims like others too, so they stand together.
    dimensions: ['issuer', 'audience', 'required_claim', 'claim_value'],
    values: ['https://a', 'https://b'].flatMap((issuer) =>
      [['orders'], ['billing'], ['orders', 'a'], ['orders', 'billing']].flatMap((audience) =>
        [claims(null, null), claims('a', ['a']), claims('b', ['a', 'b'])].map((members) => ({
          issuer,
          audience,
          ...members,
        })),
      ),
    ),
  },
  {
    dimensions: ['binding', 'dpop', 'ip', CONFIRMED],
    values: (['bearer', 'dpop', 'mtls'] as const).flatMap((binding) =>
      [null, parseAddress('10.1.2.3'), parseAddress('10.200.0.1')].map((address) => ({ binding, address })),
    ),
  },
  {
    dimensions: ['algorithm', 'key_strength'],
    values: ['ES256', 'ES384', 'PS256', 'Ed25519', 'EdDSA'].map((algorithm) => ({ algorithm })),
  },
  { dimensions: ['typ'], values: ['at+jwt', 'jwt', 'absent'].map((typ) => ({ typ })) },
  {
    dimensions: ['lifetime', 'max_age', 'expired'],
    values: [
      [60_000, 10_000],
      [60_000, 64_999],
      [600_000, 305_000],
      [900_000, 31_000],
      [900_000, 959_999],
    ].map(([lifetime = 0, age = 0]) => ({ lifetime, age })),
  },
  { dimensions: ['kid'], values: ['known', 'absent'].map((kid) => ({ kid })) },
];

const PLAIN: Point = {
  format: 'jwt',
  issuer: 'https://a',
  keyUri: 'https://keys',
  algorithm: 'ES256',
  keyBits: 2048,
  typ: 'at+jwt',
  audience: ['orders'],
  lifetime: 60_000,
  age: 10_000,
  startsAhead: -1000,
  claims: new Map(),
  crit: [],
  binding: 'bearer',
  proofAlgorithm: 'ES256',
  proofAge: 0,
  proofNonce: 'present',
  proofAth: 'present',
  proofUse: 'first',
  address: null,
  kid: 'known',
  keySource: 'jwks_uri',
  familyAge: 0,
  use: 'first',
};

const SIZE = GROUPS.reduce((size, { values }) => size * values.length, 1);

/** For each group which of its values `decide` has nothing against; null when it rejects for something beside the groups. */
function tableOf(policy: EffectivePolicy): readonly (readonly boolean[])[] | null {
  const looked = new Set(GROUPS.flatMap(({ dimensions }) => dimensions));
  const fromKeySet = policy.keys.sources.value.includes('jwks_uri');
  const violated = (point: Point): readonly Group['dimensions'][number][] => {
    const { token, context } = candidateOf(point, 'access_token', NOW);
    return decide(policy, token, context).violations.map(({ dimension, member }) =>
      dimension === 'required_claim' && member === 'cnf' ? CONFIRMED : dimension,
    );
  };
  if (!fromKeySet || violated(PLAIN).some((dimension) => !looked.has(dimension))) return null;
  return GROUPS.map(({ dimensions, values }) =>
    values.map((value) => !violated({ ...PLAIN, ...value }).some((dimension) => dimensions.includes(dimension))),
  );
}

type Table = readonly (readonly boolean[])[] | null;

/** Looks at every token of the grid: whether some is in the first and not in the second, going on until one is found. */
function someBeyond(accepts: Table, rejects: Table): boolean {
  if (accepts === null) return false;
  const walk = (group: number, isRejected: boolean): boolean => {
    if (group === GROUPS.length) return isRejected;
    return (accepts[group] ?? []).some(
      (isAccepted, index) =>
        isAccepted && walk(group + 1, isRejected || rejects === null || rejects[group]?.[index] === false),
    );
  };
  return walk(0, false);
}

function pointAt(numbers: readonly number[]): Point {
  return GROUPS.reduce<Point>((point, { values }, group) => ({ ...point, ...values[numbers[group] ?? 0] }), PLAIN);
}

function inTable(table: Table, numbers: readonly number[]): boolean {
  return table !== null && table.every((values, group) => values[numbers[group] ?? 0] === true);
}

const NUMBERS = fc.tuple(...GROUPS.map(({ values }) => fc.nat(values.length - 1)));

describe(`the difference of ${PAIRS} pairs of policies against every token of a grid`, () => {
  it('is a grid of 20,000 tokens or more', () => expect(SIZE).toBeGreaterThanOrEqual(20_000));

  it('finds no disagreement', { timeout: 300_000 }, () => {
    const seed = 20_261_130;
    const pairs = fc.sample(POLICY_PAIR, { numRuns: PAIRS, seed });
    const points = fc.sample(NUMBERS, { numRuns: 40, seed });
    const disagreements: unknown[] = [];
    let told = 0;
    for (const [one, two] of pairs) {
      const [before, after] = [effective(one), effective(two)];
      if (undecidable(before, 'access_token') !== null || undecidable(after, 'access_token') !== null) continue;
      const [old, young] = [acceptedBoxes(before, 'access_token'), acceptedBoxes(after, 'access_token')];
      const { gained, lost } = compareBoxes(old, young);
      const [was, is] = [tableOf(before), tableOf(after)];
      const ok =
        holds({
          parts: gained.map(({ box }) => box),
          accepts: is,
          rejects: was,
          acceptsPolicy: after,
          rejectsPolicy: before,
        }) &&
        holds({
          parts: lost.map(({ box }) => box),
          accepts: was,
          rejects: is,
          acceptsPolicy: before,
          rejectsPolicy: after,
        }) &&
        points.every((numbers) => boxesHold(young, pointAt(numbers)) === inTable(is, numbers));
      if (!ok) disagreements.push([one, two]);
      if (gained.length + lost.length > 0) told += 1;
    }
    expect(disagreements).toEqual([]);
    // A test in which nothing ever differs would prove nothing.
    expect(told).toBeGreaterThan(PAIRS / 4);
  });
});

interface Claimed {
  readonly parts: readonly Box[];
  readonly accepts: Table;
  readonly rejects: Table;
  readonly acceptsPolicy: EffectivePolicy;
  readonly rejectsPolicy: EffectivePolicy;
}

/** What the grid finds the algebra has found too, and what the algebra has found is shown by a token. */
function holds({ parts, accepts, rejects, acceptsPolicy, rejectsPolicy }: Claimed): boolean {
  if (parts.length === 0) return !someBeyond(accepts, rejects);
  return parts.every((box) => {
    const point = pickPoint(box);
    return point !== null && accepted(acceptsPolicy, point) && !accepted(rejectsPolicy, point);
  });
}

function accepted(policy: EffectivePolicy, point: Point): boolean {
  const { token, context } = candidateOf(point, 'access_token', NOW);
  const source = policy.keys.sources.value.some((each) => each === point.keySource);
  return source && decide(policy, token, context).verdict === 'accept';
}
