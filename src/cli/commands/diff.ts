import type { PolicyDiff } from '../../model/change.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { ReplayResult } from '../../model/replay.ts';
import { mergeAlike } from '../../diff/merge-alike.ts';
import { formatsOf } from '../../report/formats.ts';
import type { DiffReport } from '../../report/diff-wording.ts';
import type { Compared } from '../compare-sides.ts';
import { changedFiles, compareSides } from '../compare-sides.ts';
import type { Sides } from '../diff-sides.ts';
import { readSides } from '../diff-sides.ts';
import type { Io } from '../io.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { renderDiff } from '../render-diff.ts';

/** Witnesses shown for one change unless `--witnesses` says otherwise. */
const WITNESSES = 20;

/** `firebreak diff [BASE] [HEAD]`: what a change of the policies means for real tokens. */
export async function runDiff(io: Io, args: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, formatsOf('diff'), 'pretty');
  const now = options.at === undefined ? readNow(options.now) : readNow(options.at, '--at');
  const maxWitnesses = readCount(options.witnesses);
  const sides = await readSides(args, io, {
    ...(options.policies === undefined ? {} : { policies: options.policies }),
    mergeBase: options.mergeBase !== false,
    fetch: options.fetch === true,
  });
  const changed = changedFiles(sides);
  const compared = await compareSides(sides, { now, maxWitnesses, changed });
  const report = await reportOf(compared, { sides, changed, now }, options);
  await writeOutputs(
    targets,
    (format, terminal) => renderDiff(report, { format, terminal, io, options, texts: compared.head.texts }),
    io,
  );
  if (options.writeTests !== undefined) {
    await (await import('../write-token-tests.ts')).writeTokenTests(report.diff, options.writeTests, io);
  }
  if (options.comment === true)
    await (await import('../publish-diff.ts')).publishDiff({ ...report, diff: mergeAlike(report.diff) }, io);
  io.err(unreadNote(report.diff));
  return exitCodeOf(report, options);
}

interface Asked {
  readonly sides: Sides;
  /** Files whose text differs between the sides. */
  readonly changed: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The comparison as it is told: with the gate's answer, where it was asked for, and what is wrong with the gate itself. */
async function reportOf(compared: Compared, asked: Asked, options: CommandOptions): Promise<DiffReport> {
  const { diff, base, head } = compared;
  const replay = await replayOf(compared, asked, options);
  if (options.gate !== true) return { diff, gate: null, replay };
  const { judgeDiff } = await import('../judge-diff.ts');
  const { gate, problems } = await judgeDiff({
    diff,
    sides: asked.sides,
    changedFiles: asked.changed,
    policies: [...base.estate.policies, ...head.estate.policies],
    now: asked.now,
    forceMassChange: options.forceMassChange === true,
    replay: replay === null ? null : sharesOf(replay),
  });
  return { diff: { ...diff, base: { ...diff.base, problems: [...diff.base.problems, ...problems] } }, gate, replay };
}

/** What the change would have meant for recorded uses; null where none are given. */
async function replayOf({ inputs }: Compared, { now }: Asked, options: CommandOptions): Promise<ReplayResult | null> {
  if (options.replay === undefined || options.replay.length === 0) return null;
  const { replaySides } = await import('../replay-sides.ts');
  return replaySides(inputs.base, inputs.head, {
    samples: options.replay,
    logFormat: options.logFormat,
    map: options.map,
    environment: options.environment ?? null,
    now,
    rules: null,
  });
}

/** What the gate weighs; a recording that could not be read decides nothing. */
function sharesOf({ uses, outcomes, decidable, problems }: ReplayResult): { revoked: number; decidable: number } {
  if (uses === 0 || decidable === null || problems.length > 0) return { revoked: 0, decidable: 0 };
  return { revoked: outcomes.REVOKED / uses, decidable };
}

/** Which files were not read, one line for each side; whoever sends the report elsewhere still sees it. */
function unreadNote({ base, head }: PolicyDiff): string {
  return [base, head]
    .map(({ label, problems }) => {
      const files = [...new Set(problems.flatMap(({ at }) => at?.file ?? []))];
      return problems.length === 0 ? '' : `incomplete: ${label} has faults in ${files.join(', ') || 'what was read'}\n`;
    })
    .join('');
}

/**
 * Unknown is never a pass; what changed is a finding only for those who asked. A fault of the head leaves open what the change
 * does. One of the base alone may be what the change repairs: it counts where it makes a comparison impossible.
 */
function exitCodeOf({ diff, gate }: DiffReport, options: CommandOptions): ExitCode {
  const isUnknown = diff.changes.some(({ verdict }) => verdict === 'unknown');
  if (gate !== null) {
    if (gate.outcome === 'inconclusive') return EXIT.inconclusive;
    return gate.outcome === 'blocked' ? EXIT.findings : EXIT.done;
  }
  if (isUnknown || diff.head.problems.length > 0) return EXIT.inconclusive;
  return options.exitCode === true && diff.changes.length + diff.predicted.length > 0 ? EXIT.findings : EXIT.done;
}

function readCount(text: string | undefined): number {
  if (text === undefined) return WITNESSES;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new UserError('usage/bad-argument', `--witnesses "${text}" is not a number`, { hint: 'write 0, 3 or 20' });
}
