import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { formatsOf } from '../../report/formats.ts';
import { predictJson, predictMarkdown, predictPretty } from '../../report/predict.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { loadEstate } from '../load-estate.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';

/** `firebreak predict`: worst-case time-to-revocation. With --gate an objective that is missed leaves with 1, an unknown one with 4. */
export async function runPredict(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, formatsOf('predict'), 'pretty');
  const { predictions } = await loadEstate(paths);
  if (predictions.length === 0) {
    throw new UserError('usage/no-input', 'there is no verifier to predict for', {
      hint: 'name an Inventory or the configuration files of verifiers; firebreak init writes an Inventory',
    });
  }
  const names = predictions.map(({ verifier }) => verifier);
  const wanted = options.verifier ?? null;
  for (const name of wanted ?? []) {
    if (!names.includes(name))
      throw new UserError('document/not-found', `there is no verifier "${name}"`, {
        hint: `choose one of ${[...new Set(names)].join(', ')}`,
      });
  }
  const chosen = predictions.filter(
    ({ verifier, scenario }) =>
      (wanted === null || wanted.includes(verifier)) &&
      (options.scenario === undefined || scenario === options.scenario),
  );
  await writeOutputs(
    targets,
    (format, terminal) => {
      if (format === 'json') return predictJson(chosen);
      if (format === 'markdown') return predictMarkdown(chosen);
      return predictPretty(chosen, {
        tree: options.tree === true,
        sums: options.sums === true,
        color: paintFor(io, terminal ? 'out' : 'err', terminal ? options.color : 'never'),
      });
    },
    io,
  );
  if (options.gate !== true) return EXIT.done;
  const guaranteed = chosen.filter(({ arm, objective }) => arm === 'quiet' && objective !== null);
  if (guaranteed.some(({ verdict }) => verdict === 'over' || verdict === 'unbounded')) return EXIT.findings;
  return guaranteed.some(({ verdict }) => verdict === 'unknown') ? EXIT.inconclusive : EXIT.done;
}
