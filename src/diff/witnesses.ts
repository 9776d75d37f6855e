/** The tokens that prove a change, each shown to a real verifier of both sides before anybody sees it. */
import type { PolicyChange, Witness } from '../model/change.ts';
import type { Dimension } from '../model/decision.ts';
import { decide } from '../policy/decide.ts';
import type { TokenClass } from '../model/policy.ts';
import { EVERY_ADDRESS } from './address-set.ts';
import { EVERY_VALUE } from './value-set.ts';
import type { Point } from './box.ts';
import type { Candidate } from './candidate.ts';
import { candidateOf, showContext } from './candidate.ts';
import type { TargetComparison } from './compare-target.ts';
import type { DiffOptions, ProvenSide } from './diff-input.ts';
import { outsideReasons } from './outside-reasons.ts';
import { pickPoint } from './pick-point.ts';
import type { TargetSide } from './target-side.ts';
import type { Wanted } from './witness-candidates.ts';

interface Sides {
  readonly before: TargetSide;
  readonly after: TargetSide;
}

export interface FoundWitnesses {
  readonly shown: readonly Witness[];
  /** Set when a verifier does not agree: then the verdict must not be relied on. */
  readonly verdict: Partial<Pick<PolicyChange, 'verdict' | 'unknownBecause'>>;
}

/** Proves what there is to prove; the first `maxWitnesses` are shown, all are proven. */
export async function witnessesOf(
  { change, wanted }: TargetComparison,
  sides: Sides,
  options: Pick<DiffOptions, 'at' | 'prove' | 'maxWitnesses'>,
): Promise<FoundWitnesses> {
  const shown: Witness[] = [];
  const all = [...governanceWitness(sides), ...wanted];
  for (const each of all) {
    const outcome = await proveOne(each, change.token, sides, options);
    if (outcome === 'disagrees') {
      return {
        shown: [],
        verdict: {
          verdict: 'unknown',
          unknownBecause: `a verifier set up by the policies does not agree about a token that differs in ${each.paths.join(', ')}: please report this`,
        },
      };
    }
    if (outcome !== null) shown.push(outcome);
  }
  return { shown: shown.slice(0, options.maxWitnesses), verdict: {} };
}

/** Where nothing governs one side, a token of an issuer nobody named tells the two apart. */
function governanceWitness({ before, after }: Sides): readonly Wanted[] {
  if (before.accepted === 'unknown' || after.accepted === 'unknown') return [];
  if ((before.accepted === 'everything') === (after.accepted === 'everything')) return [];
  const governed = before.accepted === 'everything' ? after : before;
  const example = governed.governed.boxes.map(pickPoint).find((point) => point !== null);
  if (example === undefined || example === null) return [];
  const stranger: Point = { ...example, issuer: 'https://nobody-you-know.example/' };
  return [
    {
      accepted: before.accepted === 'everything' ? 'before' : 'after',
      paths: ['applies_to'],
      boxes: [],
      points: [stranger],
    },
  ];
}

/** A witness; null when no token of this kind can be made here. */
async function proveOne(
  { accepted, paths, points }: Wanted,
  tokenClass: TokenClass,
  sides: Sides,
  { at, prove }: Pick<DiffOptions, 'at' | 'prove'>,
): Promise<Witness | 'disagrees' | null> {
  const proven = { before: provenSide(sides.before), after: provenSide(sides.after) };
  let outcome: 'disagrees' | null = null;
  for (const point of points) {
    const candidate = candidateOf(point, tokenClass, at);
    const answers = await prove(candidate, proven);
    if (answers === null) continue;
    const agrees = answers[accepted] && !answers[accepted === 'before' ? 'after' : 'before'];
    if (!agrees) {
      outcome = 'disagrees';
      continue;
    }
    return {
      accepted,
      paths,
      header: candidate.token.header,
      claims: candidate.token.claims,
      context: contextOf(candidate, sides),
      reasons: reasonsOf(candidate, accepted === 'before' ? sides.after : sides.before),
    };
  }
  return outcome;
}

/** The addresses of the client and of the keys are told where a side looks at them. */
function contextOf(candidate: Candidate, { before, after }: Sides): Witness['context'] {
  const { client_ip: address, key_from: keys, ...context } = showContext(candidate);
  const boxes = [...before.governed.boxes, ...after.governed.boxes];
  const looksAtAddress = boxes.some(({ address: allowed }) => allowed !== EVERY_ADDRESS);
  const looksAtKeys =
    candidate.point.keySource !== 'jwks_uri' ||
    boxes.some(({ issuer }) => [...issuer.values()].some((addresses) => addresses !== EVERY_VALUE));
  return {
    ...context,
    ...(looksAtAddress && address !== undefined ? { client_ip: address } : {}),
    ...(looksAtKeys && keys !== undefined ? { key_from: keys } : {}),
  };
}

function provenSide({ enforced, governed }: TargetSide): ProvenSide {
  return enforced === null ? 'everything' : governed.variants.map(({ policy }) => policy);
}

/** `iat`, `iat of the proof`, `token class`. */
function subjectOf(dimension: Dimension, member: string | null): string {
  if (member === null) return dimension === 'ip' ? 'client address' : dimension.replaceAll('_', ' ');
  return dimension === 'dpop' ? `${member} of the proof` : member;
}

/** In the words of `decide`; what it does not look at, in the words of the axis. */
function reasonsOf(candidate: Candidate, rejecting: TargetSide): Witness['reasons'] {
  const decisions = rejecting.governed.variants.map(({ policy }) => decide(policy, candidate.token, candidate.context));
  // Of the policies and what waivers make of them, the one that comes nearest to letting it in.
  const [nearest] = decisions.toSorted((a, b) => a.violations.length - b.violations.length);
  if (nearest === undefined) return [];
  const { violations } = nearest;
  const told = violations.map(({ dimension, member, value, bound, reference }) => ({
    path: dimension,
    message: `${subjectOf(dimension, member)}: ${value}, allowed: ${bound}`,
    reference,
  }));
  return told.length > 0 ? told : outsideReasons(candidate.point, rejecting.governed.boxes);
}
