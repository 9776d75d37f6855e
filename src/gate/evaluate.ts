/** The gate: changes, rules and approvals to a verdict with reasons. Pure; docs/gate.md says what it promises. */
import type { Approval } from '../model/approval.ts';
import type { GateReason, GateResult, PolicyDiff } from '../model/change.ts';
import type { GateConfig, GateContext } from '../model/gate.ts';
import type { Demand } from './demand.ts';
import { demandsOf, guardDemands, massChangeDemand, problemDemands, replayDemands } from './demand.ts';
import type { Judgement } from './judge-approval.ts';
import { judgeApproval } from './judge-approval.ts';
import { countPeople } from './people.ts';

/** Causes of which nobody knows what they mean: never a pass. */
const UNKNOWN_CAUSES: readonly string[] = ['unknown', 'replay_unknown', 'authors_unknown'];

/**
 * Decides whether the changes may be merged. `deny` beats `approve` beats `warn` beats `allow`; what is unknown and not
 * denied is inconclusive. An approval covers the changes it names, whatever else changes; one more approval never makes
 * the outcome stricter.
 */
export function evaluateGate(
  diff: PolicyDiff,
  config: GateConfig,
  approvals: readonly Approval[],
  context: GateContext,
): GateResult {
  const demands = [
    ...demandsOf(diff, config),
    ...massChangeDemand(diff, config, context),
    ...guardDemands(config, context),
    ...replayDemands(config, context),
    ...problemDemands(diff, config),
  ].filter(({ rule, cause }) => rule !== 'allow' || UNKNOWN_CAUSES.includes(cause));
  const wanted = new Set(demands.flatMap(({ rule, fingerprints }) => (rule === 'approve' ? fingerprints : [])));
  const judgements = [...approvals]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((approval) => judgeApproval(approval, { config, context, wanted }));
  const weighed = demands.map((each) => weigh(each, judgements, { config, context }));
  const reasons = [...weighed.map(({ reason }) => reason), ...doubts(weighed, config, context)];
  const missing = [...new Set(weighed.flatMap((each) => each.missing))].sort();
  return {
    outcome: outcomeOf(reasons, weighed),
    reasons: inOrder(reasons),
    missing,
    approvals: judgements.map(({ told }) => told),
    source: context.source,
  };
}

interface Rules {
  readonly config: GateConfig;
  readonly context: GateContext;
}

interface Weighed {
  readonly reason: GateReason;
  /** Fingerprints that still need an approval. */
  readonly missing: readonly string[];
  readonly isMet: boolean;
  /** Met, but only with what authors of the change wrote down themselves. */
  readonly isDoubtful: boolean;
}

function weigh(demand: Demand, judgements: readonly Judgement[], { config, context }: Rules): Weighed {
  const { rule, cause, message, fingerprints, hint } = demand;
  const reason = { rule, cause, message, fingerprints, hint };
  if (rule !== 'approve') {
    return { reason: { ...reason, approvedBy: [], needed: 0 }, missing: [], isMet: false, isDoubtful: false };
  }
  // One more pair of eyes for a change that comes with a waiver longer than waivers are meant to be.
  const surcharge = context.waivers.length > 0 && cause !== 'waiver' ? 1 : 0;
  const base = cause === 'waiver' ? demand.atLeast : Math.max(config.approvals.min, demand.atLeast);
  const needed = base + surcharge;
  const lacking = (given: readonly Judgement[]): readonly string[] =>
    fingerprints.filter((fingerprint) => countPeople(peopleFor(fingerprint, demand, given)) < needed);
  const missing = lacking(judgements);
  const isMet = fingerprints.length > 0 && missing.length === 0;
  const approving = judgements.filter((each) => fingerprints.some((one) => peopleFor(one, demand, [each]).length > 0));
  return {
    reason: {
      ...reason,
      needed,
      ...(missing.some((fingerprint) => demand.permanent.includes(fingerprint)) ? { permanent: true as const } : {}),
      approvedBy: isMet ? approving.map(({ approval }) => approval.name) : [],
      hint: isMet ? null : (hint ?? whatIsMissing(demand, needed, judgements)),
    },
    missing,
    isMet,
    isDoubtful: isMet && lacking(judgements.filter(({ isVouched }) => isVouched)).length > 0,
  };
}

function peopleFor(fingerprint: string, { permanent }: Demand, judgements: readonly Judgement[]): readonly string[] {
  return judgements.flatMap(({ approval, people }) =>
    approval.changes.some((change) => change.fingerprint === fingerprint) &&
    (approval.permanent || !permanent.includes(fingerprint))
      ? people
      : [],
  );
}

function whatIsMissing({ permanent }: Demand, needed: number, judgements: readonly Judgement[]): string {
  const named = (fingerprint: string): boolean =>
    judgements.some(
      ({ approval, people }) =>
        people.length > 0 &&
        !approval.permanent &&
        approval.changes.some((change) => change.fingerprint === fingerprint),
    );
  const who = needed === 1 ? 'one person' : `${needed} different people`;
  if (permanent.some(named)) {
    return `it never ends, so it needs an approval with permanent: true by ${who}, or a waiver that ends`;
  }
  return `it needs an approval by ${who}: firebreak approve${permanent.length > 0 ? ' --permanent' : ''}`;
}

/** What approvals leave open although they count. */
function doubts(weighed: readonly Weighed[], config: GateConfig, { authors }: GateContext): readonly GateReason[] {
  const met = weighed.filter(({ isMet }) => isMet);
  const common = { approvedBy: [], needed: 0, rule: 'warn' as const };
  const namesOf = (some: readonly Weighed[]): readonly string[] =>
    [...new Set(some.flatMap(({ reason }) => reason.fingerprints))].sort();
  if (met.length > 0 && authors === null && config.approvals.preventSelfApproval) {
    return [
      {
        ...common,
        cause: 'authors_unknown',
        message: 'nobody can tell who wrote the changes, so whether they approved them themselves is not known',
        fingerprints: namesOf(met),
        hint: 'compare commits instead of folders, or set prevent_self_approval: false',
      },
    ];
  }
  const doubtful = met.filter(({ isDoubtful }) => isDoubtful);
  if (doubtful.length === 0) return [];
  return [
    {
      ...common,
      cause: 'approval_unvouched',
      message: 'an author of the change wrote the approval down; only a review of that file shows that it was given',
      fingerprints: namesOf(doubtful),
      hint: 'let CODEOWNERS ask the approvers for a review of the folder of approvals, or let them commit it',
    },
  ];
}

function outcomeOf(reasons: readonly GateReason[], weighed: readonly Weighed[]): GateResult['outcome'] {
  const open = weighed.filter(({ reason, isMet }) => reason.rule === 'approve' && !isMet);
  if (reasons.some(({ rule }) => rule === 'deny')) return 'blocked';
  if (open.some(({ reason }) => !UNKNOWN_CAUSES.includes(reason.cause))) return 'blocked';
  if (open.length > 0) return 'inconclusive';
  if (reasons.some(({ rule, cause }) => rule !== 'approve' && UNKNOWN_CAUSES.includes(cause))) return 'inconclusive';
  // An approved unknown stays something to look at.
  if (reasons.some(({ rule, cause }) => rule === 'warn' || cause === 'unknown')) return 'warn';
  return 'pass';
}

const ORDER: readonly GateReason['rule'][] = ['deny', 'approve', 'warn', 'allow'];

/** What weighs most first: denied, waiting for approval, approved, warned of. */
function inOrder(reasons: readonly GateReason[]): readonly GateReason[] {
  const rank = ({ rule, approvedBy }: GateReason): number =>
    ORDER.indexOf(rule) + (rule === 'approve' && approvedBy.length > 0 ? 0.5 : 0);
  return [...reasons].sort((a, b) => rank(a) - rank(b));
}
