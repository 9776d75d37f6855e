import type { EstateRead } from '../../lint/read-estate.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { TokenTest } from '../../model/token-test.ts';
import { runTokenTest } from '../../policy/run-token-test.ts';
import { formatsOf } from '../../report/formats.ts';
import { tokenTestJson, tokenTestJunit, tokenTestPretty } from '../../report/token-test.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';
import { InvalidDocuments } from '../load-estate.ts';
import { readWithReferenced } from '../load-referenced.ts';
import type { LoadedFile } from '../load.ts';
import { defaultPaths, loadFiles } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';

/**
 * `firebreak test`: holds the tokens of every TokenTest against the policies, and says of each that met something else
 * than the test expects what decided.
 *
 * @throws UserError usage/no-input without any test; document/invalid when a document has a fault
 */
export async function runTest(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, formatsOf('test'), 'pretty');
  const { read, tests } = await loadTests(paths, options.policies ?? []);
  if (tests.length === 0) {
    const chosen = paths.length > 0 ? paths : await defaultPaths();
    throw new UserError('usage/no-input', `there is no TokenTest in ${chosen.join(', ')}`, {
      hint: 'name the files that hold them, or write one: docs/formats.md#tokentest shows how',
    });
  }
  const runs = tests.map((test) => runTokenTest(test, { ...read.estate, waivers: read.waivers }));
  const problems = runs.flatMap((run) => run.problems);
  if (problems.length > 0) throw new InvalidDocuments(problems, read.texts);
  const outcomes = runs.flatMap((run) => run.outcomes);
  await writeOutputs(
    targets,
    (format, terminal) => {
      if (format === 'json') return tokenTestJson(outcomes);
      if (format === 'junit') return tokenTestJunit(outcomes);
      const color = paintFor(io, terminal ? 'out' : 'err', terminal ? options.color : 'never');
      return tokenTestPretty(outcomes, { color, texts: read.texts });
    },
    io,
  );
  return outcomes.every(({ failure }) => failure === null) ? EXIT.done : EXIT.findings;
}

/** The tests of the paths, with the policies there, or, where there is none, with those of the default folders. */
async function loadTests(
  paths: readonly string[],
  policies: readonly string[],
): Promise<{ readonly read: EstateRead; readonly tests: readonly TokenTest[] }> {
  const named = documentsAmong(await loadFiles(paths));
  const holdsPolicies = named.some(({ text }) => /^\s*["']?kind["']?\s*:\s*["']?TokenPolicy\b/m.test(text));
  const further = policies.length > 0 || holdsPolicies || paths.length === 0 ? policies : await existingDefaults();
  const files = further.length === 0 ? named : [...named, ...documentsAmong(await loadFiles(further))];
  const { read } = await readWithReferenced(files, { now: 0 });
  if (read.problems.length > 0) throw new InvalidDocuments(read.problems, read.texts);
  const own = new Set(named.map(({ file }) => file));
  return { read, tests: read.tokenTests.filter(({ file }) => own.has(file)) };
}

async function existingDefaults(): Promise<readonly string[]> {
  return (await systemFiles.exists('policies')) ? ['policies'] : [];
}

/** Documents of ours; recorded tokens and keys have nothing to say to a test. */
function documentsAmong(files: readonly LoadedFile[]): readonly LoadedFile[] {
  return files.filter(({ file, named }) => named || /\.(?:ya?ml|json)$/i.test(file));
}
