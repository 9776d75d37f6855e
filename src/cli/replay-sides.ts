import { withoutBuildingBlocks } from '../diff/building-blocks.ts';
import type { DiffInput } from '../diff/diff-input.ts';
import type { TargetPolicies } from '../logs/decide-at-target.ts';
import type { ReplayGateRules, ReplayResult } from '../model/replay.ts';
import type { LogInputOptions } from './replay-input.ts';
import { replaySamples } from './replay-input.ts';

export interface ReplayRequest extends LogInputOptions {
  readonly samples: readonly string[];
  readonly environment: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly rules: ReplayGateRules | null;
}

/** What a change of policies would have meant for uses that really happened. @throws UserError as `readRecordedUses` does */
export function replaySides(base: DiffInput, head: DiffInput, request: ReplayRequest): Promise<ReplayResult> {
  const { samples, environment, now, rules } = request;
  const [before, after] = withoutBuildingBlocks(base, head).map(({ policies, waivers }): TargetPolicies => ({
    policies,
    waivers,
    environment,
    at: now,
  }));
  if (before === undefined || after === undefined) throw new Error('there are two sides');
  return replaySamples(samples, request, { before, after }, rules);
}
