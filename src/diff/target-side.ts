/** What holds at one target on one side, for one class of tokens. */
import type { Problem } from '../model/failure.ts';
import type { EffectivePolicy, TokenClass } from '../model/policy.ts';
import type { Waiver } from '../model/waiver.ts';
import { composeTarget } from '../policy/compose-target.ts';
import { acceptedBoxes, undecidable } from './accepted.ts';
import type { Accepted } from './compare-boxes.ts';
import type { TargetCell } from './target-cells.ts';
import type { GovernedSide, Variant } from './witness-candidates.ts';

/** One version of the policies, as the comparison needs it. */
export interface PolicyVersion {
  readonly policies: readonly EffectivePolicy[];
  readonly waivers: readonly Waiver[];
}

export interface TargetSide {
  /** Names of the policies that select the target, sorted. */
  readonly contributors: readonly string[];
  /** The policies together; null when none is enforced. */
  readonly enforced: EffectivePolicy | null;
  readonly accepted: Accepted;
  readonly governed: GovernedSide;
  readonly unknownBecause: string | null;
  readonly problems: readonly Problem[];
}

/** @param at milliseconds since the epoch, for waivers that end */
export function targetSide(
  { policies, waivers }: PolicyVersion,
  cell: TargetCell,
  tokenClass: TokenClass,
  at: number,
): TargetSide {
  const composition = composeTarget(policies, waivers, { ...cell, tokenClass }, at);
  const { contributors, enforced, permitted, problems } = composition;
  const variants: readonly Variant[] =
    enforced === null
      ? []
      : [
          { waiver: null, policy: enforced, boxes: acceptedBoxes(enforced, tokenClass) },
          ...permitted.map(({ waiver, policy }) => ({
            waiver: waiver.name,
            policy,
            boxes: acceptedBoxes(policy, tokenClass),
          })),
        ];
  const boxes = variants.flatMap((variant) => variant.boxes);
  const unknownBecause = variants
    .map(({ policy }) => undecidable(policy, tokenClass))
    .find((reason) => reason !== null);
  const accepted = enforced === null ? 'everything' : unknownBecause === undefined ? boxes : 'unknown';
  return {
    contributors: contributors.map(({ name }) => name),
    enforced,
    accepted,
    governed: { variants, boxes },
    unknownBecause: unknownBecause ?? null,
    problems,
  };
}
