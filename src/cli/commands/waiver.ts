import { listExceptions } from '../../lint/list-exceptions.ts';
import type { EstateRead } from '../../lint/read-estate.ts';
import { readEstate } from '../../lint/read-whole.ts';
import { countBySeverity } from '../../lint/count.ts';
import { waiverText } from '../../lint/waiver-text.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT, worstExit } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { toTimestamp } from '../../model/instant.ts';
import { nearest } from '../../policy/nearest.ts';
import { exceptionsJson, exceptionsPretty } from '../../report/exceptions.ts';
import { RULES } from '../../rules/registry.ts';
import { decodeText } from '../../source/decode.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';
import { lintPaths } from '../lint-run.ts';
import { InvalidDocuments } from '../load-estate.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';
import { LINT_FORMATS, exitOfLint, writeLintOutputs } from '../render-lint.ts';

const DEFAULT_FILE = 'policies/waivers.yaml';

/** `firebreak waiver list`: every directive, waiver and baseline with what it silences; 2 when an input has a fault. */
export async function runWaiverList(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, ['pretty', 'json'], 'pretty');
  const { read } = await lintPaths(paths, options);
  const rows = listExceptions(read);
  await writeOutputs(
    targets,
    (format, terminal) =>
      format === 'json'
        ? exceptionsJson(rows)
        : exceptionsPretty(rows, paintFor(io, 'out', terminal ? options.color : 'never')),
    io,
  );
  return worstExit([read.problems.length > 0 ? EXIT.usage : EXIT.done]);
}

/** `firebreak waiver check`: only the findings about exceptions, for a nightly job. */
export async function runWaiverCheck(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, LINT_FORMATS, 'pretty');
  const { read, result } = await lintPaths(paths, options);
  const findings = result.findings.filter(({ rule }) => rule.startsWith('lint/'));
  const checked = { ...result, findings, summary: { ...result.summary, bySeverity: countBySeverity(findings) } };
  await writeLintOutputs(targets, checked, read.texts, { io, options });
  return exitOfLint(checked, options.failOn ?? 'error');
}

/**
 * `firebreak waiver add NAME`: appends a Waiver to a file, after checking that it is one.
 *
 * @throws UserError usage/bad-argument, document/invalid
 */
export async function runWaiverAdd(io: Io, [name = '']: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const { owner = '', reason = '', until = '', rule: rules = [], file = DEFAULT_FILE } = options;
  for (const rule of rules) refuseUnknownRule(rule);
  const document = waiverText({
    name,
    owner,
    rules,
    target: {
      paths: options.path ?? [],
      policy: options.policy ?? null,
      verifier: onlyOne('--verifier', options.verifier),
      environment: options.environment ?? null,
      token: options.token ?? null,
    },
    fingerprints: options.fingerprint ?? [],
    reason,
    ticket: options.ticket ?? null,
    created: toTimestamp(readNow(options.now)).slice(0, 'YYYY-MM-DD'.length),
    expires: until,
  });
  const before = (await systemFiles.exists(file)) ? decodeText(file, await systemFiles.readBytes(file)) : '';
  const text = before.trim() === '' ? document : `${before.replace(/(?<!\n)\n*$/, '\n')}---\n${document}`;
  refuseFaults(readEstate([{ file, text, named: true }], { now: 0 }));
  await systemFiles.writeAtomically(file, text);
  io.out(`wrote waiver "${name}" to ${file}\n`);
  return EXIT.done;
}

function refuseFaults({ problems, texts }: EstateRead): void {
  if (problems.length > 0) throw new InvalidDocuments(problems, texts);
}

function refuseUnknownRule(rule: string): void {
  const ids = RULES.map(({ id }) => id as string).filter((id) => !id.startsWith('lint/'));
  if (ids.includes(rule)) return;
  const close = nearest(rule, ids);
  throw new UserError('usage/bad-argument', `there is no rule "${rule}" that could be waived`, {
    hint: close === null ? 'firebreak rules lists them' : `did you mean "${close}"?`,
  });
}

function onlyOne(option: string, values: readonly string[] | undefined): string | null {
  if (values === undefined) return null;
  const [first = null, second] = values;
  if (second === undefined) return first;
  throw new UserError('usage/bad-argument', `${option} is given twice`, { hint: 'write one waiver for each' });
}
