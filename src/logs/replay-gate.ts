import { showShare } from '../model/share.ts';
import type { ReplayGate, ReplayGateRules, ReplayResult } from '../model/replay.ts';

/**
 * Whether a change may pass by what it does to recorded uses. Too many revoked uses fail, whatever else is unknown; too
 * few decidable ones, logs that could not be read to the end and recordings without a use are inconclusive.
 */
export function gateReplay(result: Omit<ReplayResult, 'gate'>, rules: ReplayGateRules): ReplayGate {
  const { uses, outcomes, decidable, problems } = result;
  const { maxRevoked, minDecidable } = rules;
  if (uses === 0 || decidable === null) {
    return { outcome: 'inconclusive', reasons: ['the recording holds no use of a token'] };
  }
  const revoked = outcomes.REVOKED / uses;
  if (maxRevoked !== null && revoked > maxRevoked) {
    const shown = `${showShare(revoked)} of uses are revoked, at most ${showShare(maxRevoked)} may be`;
    return { outcome: 'fail', reasons: [shown] };
  }
  const reasons = [
    ...(minDecidable !== null && decidable < minDecidable
      ? [`${showShare(decidable)} of uses can be decided, at least ${showShare(minDecidable)} must be`]
      : []),
    ...problems.map(({ message }) => message),
  ];
  return { outcome: reasons.length === 0 ? 'pass' : 'inconclusive', reasons };
}
