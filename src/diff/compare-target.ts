/** Two versions of what holds at a target, held against each other: the verdict, what changed, and tokens that prove it. */
import type { Breaking, DimensionChange, PolicyChange, Verdict } from '../model/change.ts';
import type { EffectivePolicy, TokenClass } from '../model/policy.ts';
import type { Waiver } from '../model/waiver.ts';
import { sha256Hex } from '../policy/digest.ts';
import { acceptanceFields } from './acceptance-fields.ts';
import { assuranceChanges } from './assurance-fields.ts';
import type { Box } from './box.ts';
import { boxesWithout } from './box-algebra.ts';
import { breakingOf, drainOf, issuedOf, worstBreaking } from './breaking.ts';
import { compareBoxes } from './compare-boxes.ts';
import type { FieldChange } from './field-change.ts';
import type { TargetSide } from './target-side.ts';
import type { ChangedField, Comparison, GovernedSide, Wanted } from './witness-candidates.ts';
import { waiverPath, wantedWitnesses } from './witness-candidates.ts';
import { waiverWords } from './waiver-words.ts';

/** What a comparison found before any token is minted. */
export interface TargetComparison {
  readonly change: Omit<PolicyChange, 'name' | 'targets' | 'witnesses'>;
  readonly wanted: readonly Wanted[];
}

export interface TargetInput {
  readonly tokenClass: TokenClass;
  readonly before: TargetSide;
  readonly after: TargetSide;
  /** Whether promises of the policy as a whole are told with this class: one class of a target does. */
  readonly tellsPromises: boolean;
  /** Waivers of both sides by name, for their words. */
  readonly waivers: { readonly before: readonly Waiver[]; readonly after: readonly Waiver[] };
}

/** Null when the two accept and promise the same. */
export function compareTarget(input: TargetInput): TargetComparison | null {
  const { tokenClass, before, after } = input;
  const boxes = compareBoxes(before.accepted, after.accepted);
  const isGoverned = before.enforced !== null && after.enforced !== null;
  const fields = isGoverned ? changedFields(before.enforced, after.enforced, tokenClass) : [];
  const waivers = waiverChanges(input);
  // Where nothing is enforced no value makes the difference, only that there is a policy or none.
  const comparison = { tokenClass, before: before.governed, after: after.governed, fields };
  const wanted =
    isGoverned && boxes.verdict !== 'unknown'
      ? wantedWitnesses({ ...comparison, waivers: waivers.map(({ name }) => name) })
      : [];
  const values =
    boxes.verdict === 'unknown' ? fields.map(({ change }) => change) : withHidden(fields, wanted, comparison);
  const found = [...scopeChange(before, after), ...values, ...toldWaivers(waivers, wanted), ...promisesOf(input)];
  if (found.length === 0 && boxes.verdict === 'equivalent') return null;
  const issued = isGoverned ? issuedOf(policiesOf(before), policiesOf(after), tokenClass) : null;
  const lost = (path: string): readonly Box[] =>
    wanted.filter(({ accepted, paths }) => accepted === 'before' && paths.includes(path)).flatMap((each) => each.boxes);
  const dimensions = [...found.filter(isAcceptance), ...found.filter((each) => !isAcceptance(each))].map(
    (change): DimensionChange => ({
      ...change,
      fingerprint: fingerprintOf(input, change),
      breaking: breakingOfOne(
        change,
        boxes.verdict,
        issued === null ? null : breakingOf(change.path, lost(change.path), issued),
      ),
    }),
  );
  const breaking = boxes.verdict === 'dead' ? 'persistent' : worstBreaking(dimensions.map((each) => each.breaking));
  return {
    wanted,
    change: {
      token: tokenClass,
      verdict: boxes.verdict,
      assurance: assuranceOf(found.filter((each) => !isAcceptance(each))),
      breaking,
      drain: breaking === 'transient' && before.enforced !== null ? drainOf(before.enforced, tokenClass) : null,
      policiesBefore: before.contributors,
      policiesAfter: after.contributors,
      dimensions,
      unknownBecause: boxes.verdict === 'unknown' ? (before.unknownBecause ?? after.unknownBecause ?? TOO_MANY) : null,
    },
  };
}

type FoundChange = FieldChange & Pick<DimensionChange, 'hidden'>;

function isAcceptance({ facet }: FieldChange): boolean {
  return facet === 'acceptance';
}

function policiesOf({ governed }: TargetSide): readonly EffectivePolicy[] {
  return governed.variants.map(({ policy }) => policy);
}

/**
 * Values that no token shows, with the reason. What only a waiver hides is a promise: today the same tokens get in, but the
 * waiver will end and the policy will not.
 */
function withHidden(
  fields: readonly ChangedField[],
  wanted: readonly Wanted[],
  comparison: Omit<Comparison, 'waivers'>,
): readonly FoundChange[] {
  const shown = shownIn(wanted);
  if (fields.every(({ change }) => shown.has(change.path))) return fields.map(({ change }) => change);
  const [before, after] = [withoutWaivers(comparison.before), withoutWaivers(comparison.after)];
  const shownWithout = shownIn(wantedWitnesses({ ...comparison, before, after, waivers: [] }));
  return fields.map(({ change }): FoundChange => {
    if (shown.has(change.path)) return change;
    return shownWithout.has(change.path)
      ? { ...change, facet: 'assurance', hidden: 'waiver' }
      : { ...change, hidden: 'other_limits' };
  });
}

/** A waiver that nobody needs, because the policy or another waiver lets the same in, changes nothing by itself. */
function toldWaivers(waivers: readonly WaiverChange[], wanted: readonly Wanted[]): readonly FoundChange[] {
  const shown = shownIn(wanted);
  return waivers.map(({ change }) =>
    isAcceptance(change) && !shown.has(change.path) ? { ...change, hidden: 'accepted_anyway' } : change,
  );
}

function shownIn(wanted: readonly Wanted[]): ReadonlySet<string> {
  return new Set(wanted.flatMap(({ paths }) => paths));
}

function withoutWaivers({ variants }: GovernedSide): GovernedSide {
  const own = variants.filter(({ waiver }) => waiver === null);
  return { variants: own, boxes: own.flatMap(({ boxes }) => boxes) };
}

const TOO_MANY = 'the policies and waivers of this target split into more cases than can be compared';

function changedFields(
  before: EffectivePolicy,
  after: EffectivePolicy,
  tokenClass: TokenClass,
): readonly ChangedField[] {
  return acceptanceFields(tokenClass, { before, after }).flatMap((field) => {
    const change = field.compare(before, after);
    return change === null ? [] : [{ field, change }];
  });
}

/** Which policies apply at all, where that changed between governed and not. */
function scopeChange(before: TargetSide, after: TargetSide): readonly FieldChange[] {
  if ((before.enforced === null) === (after.enforced === null)) return [];
  const words = ({ contributors, enforced }: TargetSide): string => {
    if (enforced !== null) return contributors.join(', ');
    return contributors.length === 0 ? 'no policy' : `${contributors.join(', ')}, not enforced`;
  };
  return [
    {
      path: 'applies_to',
      facet: 'acceptance',
      direction: after.enforced === null ? 'loosened' : 'tightened',
      before: words(before),
      after: words(after),
      atBefore: before.enforced?.at ?? null,
      atAfter: after.enforced?.at ?? null,
    },
  ];
}

interface WaiverChange {
  readonly name: string;
  readonly change: FieldChange;
}

/** Waivers that let something in on one side only, or something else. */
function waiverChanges({ before, after, waivers }: TargetInput): readonly WaiverChange[] {
  const names = [before, after].flatMap(({ governed }) => governed.variants.flatMap(({ waiver }) => waiver ?? []));
  return [...new Set(names)].sort().flatMap((name) => {
    const old = inForce(name, before, waivers.before);
    const young = inForce(name, after, waivers.after);
    if (old?.text === young?.text) return [];
    const change: FieldChange = {
      path: waiverPath(name),
      ...waiverDirection(old, young),
      before: old?.text ?? '-',
      after: young?.text ?? '-',
      atBefore: old?.waiver.at ?? null,
      atAfter: young?.waiver.at ?? null,
    };
    return [{ name, change }];
  });
}

interface WaiverInForce {
  readonly waiver: Waiver;
  readonly text: string;
  /** What is accepted with it. */
  readonly boxes: readonly Box[];
}

function inForce(name: string, side: TargetSide, waivers: readonly Waiver[]): WaiverInForce | null {
  const variants = side.governed.variants.filter((variant) => variant.waiver === name);
  const waiver = waivers.find((each) => each.name === name);
  if (waiver === undefined || variants.length === 0) return null;
  return { waiver, text: waiverWords(waiver), boxes: variants.flatMap(({ boxes }) => boxes) };
}

/** Where only its last day moves, the same tokens are accepted today: what changes is the promise that this ends. */
function waiverDirection(
  old: WaiverInForce | null,
  young: WaiverInForce | null,
): Pick<FieldChange, 'facet' | 'direction'> {
  if (old === null || young === null) {
    return { facet: 'acceptance', direction: old === null ? 'loosened' : 'tightened' };
  }
  const later = young.waiver.expires.ends - old.waiver.expires.ends;
  const isWider = boxesWithout(young.boxes, old.boxes)?.length !== 0;
  const isNarrower = boxesWithout(old.boxes, young.boxes)?.length !== 0;
  const [looser, tighter] = [isWider || later > 0, isNarrower || later < 0];
  return {
    facet: isWider || isNarrower || later === 0 ? 'acceptance' : 'assurance',
    direction: looser === tighter ? 'changed' : looser ? 'loosened' : 'tightened',
  };
}

function promisesOf({ before, after, tellsPromises }: TargetInput): readonly FieldChange[] {
  if (!tellsPromises || before.enforced === null || after.enforced === null) return [];
  return assuranceChanges(before.enforced, after.enforced);
}

function assuranceOf(promises: readonly FieldChange[]): PolicyChange['assurance'] {
  const directions = new Set(promises.map(({ direction }) => direction));
  if (directions.size === 0) return 'equal';
  if (directions.size > 1 || directions.has('changed')) return 'mixed';
  return directions.has('loosened') ? 'weaker' : 'stronger';
}

/**
 * Where nothing was enforced before, nobody knows who loses what: the tokens of today may all be fine. Where nothing is accepted
 * any more, nothing heals.
 */
function breakingOfOne({ direction }: FieldChange, verdict: Verdict, breaking: Breaking | null): Breaking {
  if (breaking === null) return direction === 'tightened' ? 'transient' : 'none';
  return verdict === 'dead' && breaking !== 'none' ? 'persistent' : breaking;
}

function fingerprintOf(
  { tokenClass, before, after }: TargetInput,
  { path, before: old, after: young }: FieldChange,
): string {
  const target = `${before.contributors.join(' + ')} -> ${after.contributors.join(' + ')}`;
  return sha256Hex(JSON.stringify([target, tokenClass, path, old, young])).slice(0, 12);
}

/** Verdicts, worst first: what a reviewer has to see before anything else. */
export const WORST_FIRST: readonly Verdict[] = [
  'ungoverned',
  'unknown',
  'incomparable',
  'more_permissive',
  'dead',
  'less_permissive',
  'equivalent',
];
