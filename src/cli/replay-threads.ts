/** Large logs are replayed in parts, one thread for each. */
import type { LogFormat } from '../logs/log-format.ts';
import type { Tally } from '../logs/tally.ts';
import type { LogReading } from '../model/replay.ts';
import type { LogTask } from './log-task.ts';
import { inThread, joinReadings, partsOf } from './log-threads.ts';
import type { ReplayedPart, ReplayPart, ReplayVersions } from './replay-part.ts';
import { plainTarget, replayPart } from './replay-part.ts';

/**
 * Replays a file with several threads; null when it is none to do so with.
 *
 * @throws UserError file/missing, file/unreadable
 */
export async function replayInThreads(
  file: string,
  given: LogFormat | null,
  { versions, tally }: { readonly versions: ReplayVersions; readonly tally: Tally },
): Promise<LogReading | null> {
  const parts = await partsOf(file, given);
  if (parts === null) return null;
  const { format, isGuessed, first, others } = parts;
  const [before, after] = [plainTarget(versions.before), plainTarget(versions.after)];
  const replay = { before, after, file, format, isGuessed };
  const done = await Promise.all([
    replayPart({ ...replay, range: first }),
    ...others.map((range) => inThread<ReplayedPart>(taskOf({ ...replay, range }))),
  ]);
  let lines = 0;
  for (const { reading, state } of done) {
    tally.merge(state, lines);
    lines += reading.lines;
  }
  return joinReadings(done.map(({ reading }) => reading));
}

function taskOf(part: ReplayPart): LogTask {
  return { kind: 'replay', part };
}
