/** The axes of a box. What can be done to boxes is done axis by axis, so all there is to know of an axis stands here once. */
import { addressesWithout, commonAddresses, hasAddress, noAddresses, sameAddresses } from './address-set.ts';
import type { AddressSet } from './address-set.ts';
import type { Box, Point, Start } from './box.ts';
import { claimsWithout, commonClaims, hasClaim, sameClaims } from './claim-region.ts';
import type { ClaimRegions } from './claim-region.ts';
import type { Interval } from './interval.ts';
import { commonNumbers, hasNumber, noNumbers, numbersWithin, numbersWithout } from './interval.ts';
import type { InnerAlgebra, KeyedSet } from './keyed-set.ts';
import { commonPairs, pairsWithin, pairsWithout } from './keyed-set.ts';
import type { SetFamily } from './set-family.ts';
import { commonSets, hasSet, noSets, sameSets, setsWithout } from './set-family.ts';
import { commonTimes, hasTimes, timesWithin, timesWithout } from './time-zone.ts';
import type { TimeZone } from './time-zone.ts';
import type { ValueSet } from './value-set.ts';
import { commonValues, hasValue, noValues, valuesWithin, valuesWithout } from './value-set.ts';

export type AxisName = keyof Box;

export interface Axis {
  readonly name: AxisName;
  /** Whether `a` reaches nowhere beyond `b` on this axis. Cheap, and may say false where it takes more to tell. */
  readonly isWithin: (a: Box, b: Box) => boolean;
  /** `a`, on this axis only as far as `b` reaches; null when nothing is left. */
  readonly narrow: (a: Box, b: Box) => Box | null;
  /** The parts of `a` that lie beyond `b` on this axis; they exclude each other. */
  readonly cut: (a: Box, b: Box) => readonly Box[];
  readonly holds: (box: Box, point: Point) => boolean;
}

interface Region<R> {
  /** Sound, not complete: what nearly all boxes of two versions have in common is to be seen without making anything. */
  readonly isWithin: (a: R, b: R) => boolean;
  readonly common: (a: R, b: R) => R | null;
  readonly without: (a: R, b: R) => readonly R[];
  readonly holds: (region: R, point: Point) => boolean;
}

function axis<Name extends AxisName>(name: Name, region: Region<Box[Name]>): Axis {
  const isWithin = (a: Box, b: Box): boolean => a[name] === b[name] || region.isWithin(a[name], b[name]);
  return {
    name,
    isWithin,
    narrow: (a, b) => {
      // Most values of two policies are the same object or equal; the box is kept as it is then.
      if (isWithin(a, b)) return a;
      const common = region.common(a[name], b[name]);
      return common === null ? null : { ...a, [name]: common };
    },
    cut: (a, b) => (isWithin(a, b) ? [] : region.without(a[name], b[name]).map((left) => ({ ...a, [name]: left }))),
    holds: (box, point) => region.holds(box[name], point),
  };
}

function values(pick: (point: Point) => string): Region<ValueSet> {
  return {
    isWithin: valuesWithin,
    common: (a, b) => unless(noValues, commonValues(a, b)),
    without: (a, b) => given(noValues, valuesWithout(a, b)),
    holds: (set, point) => hasValue(set, pick(point)),
  };
}

function numbers(pick: (point: Point) => number): Region<Interval> {
  return {
    isWithin: numbersWithin,
    common: (a, b) => unless(noNumbers, commonNumbers(a, b)),
    without: numbersWithout,
    holds: (interval, point) => hasNumber(interval, pick(point)),
  };
}

function families(pick: (point: Point) => readonly string[]): Region<SetFamily> {
  return {
    isWithin: sameSets,
    common: (a, b) => unless(noSets, commonSets(a, b)),
    without: (a, b) => given(noSets, setsWithout(a, b)),
    holds: (family, point) => hasSet(family, pick(point)),
  };
}

const NAMES: InnerAlgebra<ValueSet> = {
  common: commonValues,
  without: (a, b) => [valuesWithout(a, b)],
  isEmpty: noValues,
  isWithin: valuesWithin,
};
const NUMBERS: InnerAlgebra<Interval> = {
  common: commonNumbers,
  without: numbersWithout,
  isEmpty: noNumbers,
  isWithin: numbersWithin,
};

function pairs<Inner>(
  algebra: InnerAlgebra<Inner>,
  holds: (pairs: KeyedSet<Inner>, point: Point) => boolean,
): Region<KeyedSet<Inner>> {
  return {
    isWithin: (a, b) => pairsWithin(algebra, a, b),
    common: (a, b) => unless((common) => common.size === 0, commonPairs(algebra, a, b)),
    without: (a, b) => pairsWithout(algebra, a, b),
    holds,
  };
}

const TIMES: Region<TimeZone> = {
  isWithin: timesWithin,
  common: commonTimes,
  without: timesWithout,
  holds: (zone, { lifetime, age }) => hasTimes(zone, lifetime, age),
};

const START: Region<Start> = {
  isWithin: (a, b) => (b.mayBeAbsent || !a.mayBeAbsent) && numbersWithin(a.ahead, b.ahead),
  common: (a, b) => startOf(a.mayBeAbsent && b.mayBeAbsent, commonNumbers(a.ahead, b.ahead)),
  without: (a, b) => {
    const [first = NEVER, ...more] = numbersWithout(a.ahead, b.ahead);
    const parts = [startOf(a.mayBeAbsent && !b.mayBeAbsent, first), ...more.map((ahead) => startOf(false, ahead))];
    return parts.filter((part) => part !== null);
  },
  holds: ({ mayBeAbsent, ahead }, { startsAhead }) =>
    startsAhead === null ? mayBeAbsent : hasNumber(ahead, startsAhead),
};

const NEVER: Interval = { min: Infinity, max: -Infinity };

function startOf(mayBeAbsent: boolean, ahead: Interval): Start | null {
  return mayBeAbsent || !noNumbers(ahead) ? { mayBeAbsent, ahead } : null;
}

const CLAIMS: Region<ClaimRegions> = {
  isWithin: sameClaims,
  common: commonClaims,
  without: claimsWithout,
  holds: (regions, { claims }) => [...regions].every(([name, region]) => hasClaim(region, claims.get(name) ?? null)),
};

const ADDRESS: Region<AddressSet> = {
  isWithin: sameAddresses,
  common: (a, b) => unless(noAddresses, commonAddresses(a, b)),
  without: (a, b) => given(noAddresses, addressesWithout(a, b)),
  holds: (set, { address }) => hasAddress(set, address),
};

function unless<R>(isEmpty: (region: R) => boolean, region: R): R | null {
  return isEmpty(region) ? null : region;
}

function given<R>(isEmpty: (region: R) => boolean, region: R): readonly R[] {
  return isEmpty(region) ? [] : [region];
}

/** In the order in which a verifier looks: the first difference is the one to explain. */
export const AXES: readonly Axis[] = [
  axis(
    'format',
    values((point) => point.format),
  ),
  axis(
    'issuer',
    pairs(NAMES, (issuers, { issuer, keyUri }) => hasPair(issuers.get(issuer), keyUri)),
  ),
  axis(
    'signature',
    pairs(NUMBERS, (algorithms, { algorithm, keyBits }) => hasSize(algorithms.get(algorithm), keyBits)),
  ),
  axis(
    'keySource',
    values((point) => point.keySource),
  ),
  axis(
    'kid',
    values((point) => point.kid),
  ),
  axis(
    'typ',
    values((point) => point.typ),
  ),
  axis(
    'crit',
    families((point) => point.crit),
  ),
  axis(
    'audience',
    families((point) => point.audience),
  ),
  axis('claims', CLAIMS),
  axis('times', TIMES),
  axis('start', START),
  axis(
    'binding',
    values((point) => point.binding),
  ),
  axis(
    'proofAlgorithm',
    values((point) => point.proofAlgorithm),
  ),
  axis(
    'proofAge',
    numbers((point) => point.proofAge),
  ),
  axis(
    'proofNonce',
    values((point) => point.proofNonce),
  ),
  axis(
    'proofAth',
    values((point) => point.proofAth),
  ),
  axis(
    'proofUse',
    values((point) => point.proofUse),
  ),
  axis('address', ADDRESS),
  axis(
    'familyAge',
    numbers((point) => point.familyAge),
  ),
  axis(
    'use',
    values((point) => point.use),
  ),
];

function hasPair(addresses: ValueSet | undefined, address: string): boolean {
  return addresses !== undefined && hasValue(addresses, address);
}

function hasSize(sizes: Interval | undefined, bits: number): boolean {
  return sizes !== undefined && hasNumber(sizes, bits);
}
