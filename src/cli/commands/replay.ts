import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { parseShare } from '../../model/share.ts';
import { formatsOf } from '../../report/formats.ts';
import { replayJson, replayMarkdown, replayPretty } from '../../report/replay.ts';
import { readInputs } from '../compare-sides.ts';
import { readSides } from '../diff-sides.ts';
import type { Io } from '../io.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';
import { replaySides } from '../replay-sides.ts';

/** `firebreak replay SAMPLES...`: what a change of the policies would have meant for uses that really happened. */
export async function runReplay(io: Io, samples: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, formatsOf('replay'), 'pretty');
  const now = readNow(options.now);
  const maxRevoked = readShare('--max-revoked', options.maxRevoked);
  const minDecidable = readShare('--min-decidable', options.minDecidable);
  const rules = maxRevoked === null && minDecidable === null ? null : { maxRevoked, minDecidable };
  const versions = [options.base, options.head].flatMap((version) => version ?? []);
  if (options.base === undefined && options.head !== undefined) {
    throw new UserError('usage/bad-argument', '--head needs --base', { hint: 'write both: --base main --head HEAD' });
  }
  const sides = await readSides(versions, io, {
    ...(options.policies === undefined ? {} : { policies: options.policies }),
    mergeBase: options.mergeBase !== false,
  });
  const { inputs } = readInputs(sides, now);
  const problems = [...inputs.base.problems, ...inputs.head.problems];
  if (problems.length > 0) {
    throw new UserError('document/invalid', 'the policies of both versions must be whole', {
      problems,
      hint: 'correct them; nothing was replayed',
    });
  }
  const result = await replaySides(inputs.base, inputs.head, {
    samples,
    logFormat: options.logFormat,
    map: options.map,
    environment: options.environment ?? null,
    now,
    rules,
  });
  await writeOutputs(
    targets,
    (format, terminal) => {
      if (format === 'json') return replayJson(result);
      if (format === 'markdown') return replayMarkdown(result);
      return replayPretty(result, paintFor(io, terminal ? 'out' : 'err', terminal ? options.color : 'never'));
    },
    io,
  );
  if (result.gate === null || result.gate.outcome === 'pass') return EXIT.done;
  return result.gate.outcome === 'fail' ? EXIT.findings : EXIT.inconclusive;
}

function readShare(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const share = parseShare(text);
  if (share !== null) return share;
  throw new UserError('usage/bad-argument', `${option} "${text}" is no share`, { hint: 'write 0.1% or 90%' });
}
