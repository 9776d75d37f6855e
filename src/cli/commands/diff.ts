import type { PolicyDiff } from '../../model/change.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { DiffInput } from '../../diff/diff-input.ts';
import { diffPolicies } from '../../diff/diff-policies.ts';
import { mergeAlike } from '../../diff/merge-alike.ts';
import type { EstateRead } from '../../lint/read-estate.ts';
import { readEstate } from '../../lint/read-estate.ts';
import { formatsOf } from '../../report/formats.ts';
import type { DiffReport } from '../../report/diff-wording.ts';
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
  const now = readNow(options.at ?? options.now);
  const maxWitnesses = readCount(options.witnesses);
  const sides = await readSides(args, io, {
    ...(options.policies === undefined ? {} : { policies: options.policies }),
    mergeBase: options.mergeBase !== false,
    fetch: options.fetch === true,
  });
  const compared = await compareSides(sides, { now, maxWitnesses });
  const gate =
    options.gate === true
      ? await (
          await import('../judge-diff.ts')
        ).judgeDiff({
          diff: compared.diff,
          sides,
          policies: [...compared.base.estate.policies, ...compared.head.estate.policies],
          paths: options.policies,
          now,
          forceMassChange: options.forceMassChange === true,
          replay: null,
        })
      : null;
  const report: DiffReport = { diff: compared.diff, gate };
  await writeOutputs(
    targets,
    (format, terminal) => renderDiff(report, { format, terminal, io, options, texts: compared.head.texts }),
    io,
  );
  if (options.writeTests !== undefined) {
    await (await import('../write-token-tests.ts')).writeTokenTests(compared.diff, options.writeTests, io);
  }
  if (options.comment === true)
    await (await import('../publish-diff.ts')).publishDiff({ ...report, diff: mergeAlike(compared.diff) }, io);
  return exitCodeOf(report, options);
}

/** The comparison with what it was made from. */
export interface Compared {
  readonly diff: PolicyDiff;
  readonly base: EstateRead;
  readonly head: EstateRead;
}

async function compareSides(
  sides: Sides,
  { now, maxWitnesses }: { readonly now: number; readonly maxWitnesses: number },
): Promise<Compared> {
  const { prove } = await import('../../witness/prove.ts');
  const read = ({ files }: Sides['base']): EstateRead => readEstate(files, { now, parse: sides.parse });
  const [base, head] = [read(sides.base), read(sides.head)];
  const diff = await diffPolicies(inputOf(sides.base, base), inputOf(sides.head, head), {
    at: now,
    prove,
    maxWitnesses,
    changedFiles: changedFiles(sides),
    notes: sides.notes,
  });
  return { diff, base, head };
}

function inputOf({ label, commit, problems }: Sides['base'], read: EstateRead): DiffInput {
  const { estate, waivers, guardrails, declaredPolicies } = read;
  return {
    label,
    commit,
    policies: estate.policies,
    waivers,
    guardrails,
    inventories: estate.inventories,
    predictions: estate.predictions,
    declared: declaredPolicies,
    problems: [...problems, ...read.problems],
  };
}

function changedFiles({ base, head }: Sides): ReadonlySet<string> {
  const before = new Map(base.files.map(({ file, text }) => [file, text]));
  const after = new Map(head.files.map(({ file, text }) => [file, text]));
  return new Set([...before.keys(), ...after.keys()].filter((file) => before.get(file) !== after.get(file)));
}

/** Unknown is never a pass; what changed is one only for those who asked. */
function exitCodeOf({ diff, gate }: DiffReport, options: CommandOptions): ExitCode {
  const isUnknown = diff.changes.some(({ verdict }) => verdict === 'unknown');
  if (gate !== null) {
    if (gate.outcome === 'inconclusive') return EXIT.inconclusive;
    return gate.outcome === 'blocked' ? EXIT.findings : EXIT.done;
  }
  if (isUnknown || diff.head.problems.length > 0) return EXIT.inconclusive;
  return options.exitCode === true && diff.changes.length > 0 ? EXIT.findings : EXIT.done;
}

function readCount(text: string | undefined): number {
  if (text === undefined) return WITNESSES;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new UserError('usage/bad-argument', `--witnesses "${text}" is not a number`, { hint: 'write 0, 3 or 20' });
}
