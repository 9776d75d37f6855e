/** One part of a log, replayed by whichever thread has it. */
import { decideAtTarget } from '../logs/decide-at-target.ts';
import type { TargetPolicies } from '../logs/decide-at-target.ts';
import { joinInputs } from '../logs/decide-use.ts';
import { createFastLines } from '../logs/fast-lines.ts';
import { LOG_FORMATS } from '../logs/formats.ts';
import { createLogReader } from '../logs/read-log.ts';
import type { Replay } from '../logs/replay.ts';
import { createReplay } from '../logs/replay.ts';
import type { TallyState } from '../logs/tally.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { LogReading } from '../model/replay.ts';
import type { Waiver, WaiverPermits } from '../model/waiver.ts';
import type { ByteRange } from '../system/log-bytes.ts';
import { readLogRange } from '../system/log-bytes.ts';

/** What applied before a change of the policies, and what applies after it. */
export interface ReplayVersions {
  readonly before: TargetPolicies;
  readonly after: TargetPolicies;
}

/** Policies without the functions that tell positions in their text, which no decision asks for and no thread can be given. */
interface PlainTarget extends Omit<TargetPolicies, 'policies' | 'waivers'> {
  readonly policies: readonly (Omit<EffectivePolicy, 'locate'> & { readonly locate: undefined })[];
  readonly waivers: readonly (Omit<Waiver, 'permits'> & { readonly permits: Omit<WaiverPermits, 'locate'> | null })[];
}

/** What a thread begins with. */
export interface ReplayPart {
  readonly before: PlainTarget;
  readonly after: PlainTarget;
  readonly file: string;
  /** Id of the format, known before the file is cut into parts. */
  readonly format: string;
  /** Whether it was told by the first lines. */
  readonly isGuessed: boolean;
  readonly range: ByteRange;
}

export interface ReplayedPart {
  readonly reading: LogReading;
  readonly state: TallyState;
}

/** A replay with the way of reading that belongs to it. */
export function replayOf({ before, after }: ReplayVersions): {
  readonly replay: Replay;
  readonly fastLines: ReturnType<typeof createFastLines>;
} {
  const [old, head] = [decideAtTarget(before), decideAtTarget(after)];
  const inputs = joinInputs([old.inputs, head.inputs]);
  const replay = createReplay({ before: old.decide, after: head.decide, inputs });
  return { replay, fastLines: createFastLines(inputs, replay) };
}

/** Makes of policies what can be given to a thread. */
export function plainTarget({ policies, waivers, ...rest }: TargetPolicies): PlainTarget {
  return {
    ...rest,
    policies: policies.map((policy) => ({ ...policy, locate: undefined })),
    waivers: waivers.map((waiver) => ({ ...waiver, permits: waiver.permits && { spec: waiver.permits.spec } })),
  };
}

function wholeTarget({ policies, waivers, ...rest }: PlainTarget): TargetPolicies {
  const locate = (): Location => startOf('');
  return {
    ...rest,
    policies: policies.map((policy) => ({ ...policy, locate })),
    waivers: waivers.map((waiver) => ({ ...waiver, permits: waiver.permits && { ...waiver.permits, locate } })),
  };
}

/** Replays a part. @throws UserError file/missing, file/unreadable */
export async function replayPart({ before, after, file, format, isGuessed, range }: ReplayPart): Promise<ReplayedPart> {
  const { replay, fastLines } = replayOf({ before: wholeTarget(before), after: wholeTarget(after) });
  const known = LOG_FORMATS.find(({ id }) => id === format) ?? null;
  const reader = createLogReader({ file, format: known, isGuessed, onUse: replay.add, fastLines });
  await readLogRange(file, range, reader.push);
  return { reading: reader.end(), state: replay.state() };
}
