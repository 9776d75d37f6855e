import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { nearest } from '../../policy/nearest.ts';
import { policyJson, policyPretty } from '../../report/policy.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { loadEstate } from '../load-estate.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';

/** `firebreak policy resolve NAME`: the effective policy, with --explain everything that was said about each value. */
export async function runPolicyResolve(
  io: Io,
  [name = '', ...paths]: readonly string[],
  options: CommandOptions,
): Promise<ExitCode> {
  const targets = readOutputs(options, ['pretty', 'json'], 'pretty');
  const { policies } = await loadEstate(paths);
  const names = policies.map((policy) => policy.name);
  const policy = policies.find((candidate) => candidate.name === name);
  if (policy === undefined) {
    const close = nearest(name, names);
    throw new UserError('document/not-found', `there is no policy "${name}"`, {
      hint: close === null ? `the policies are ${names.join(', ')}` : `did you mean "${close}"?`,
    });
  }
  await writeOutputs(
    targets,
    (format, terminal) =>
      format === 'json'
        ? policyJson(policy)
        : policyPretty(policy, {
            explain: options.explain === true,
            color: paintFor(io, terminal ? 'out' : 'err', terminal ? options.color : 'never'),
          }),
    io,
  );
  return EXIT.done;
}

/** `firebreak policy digest`: one line per effective policy, for stamping into reports. */
export async function runPolicyDigest(io: Io, paths: readonly string[]): Promise<ExitCode> {
  const { policies } = await loadEstate(paths);
  for (const { digest, name } of policies) io.out(`${digest}  ${name}\n`);
  return EXIT.done;
}
