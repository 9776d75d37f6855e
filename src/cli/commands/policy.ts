import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { PolicyTarget } from '../../policy/compose-target.ts';
import type { Surroundings } from '../../policy/explain-policy.ts';
import { explainPolicy, explainTarget } from '../../policy/explain-policy.ts';
import { nearest } from '../../policy/nearest.ts';
import type { PolicyLook } from '../../report/policy.ts';
import { policyJson, policyPretty, targetJson, targetPretty } from '../../report/policy.ts';
import type { Io } from '../io.ts';
import { readNow } from '../load.ts';
import { loadEstate } from '../load-estate.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';

/**
 * `firebreak policy resolve NAME` or `--target SERVICE@ENV[/ROUTE]`: the effective policy of a document, or of everything that
 * applies to a target. With --explain everything that was said about each value.
 */
export async function runPolicyResolve(io: Io, words: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, ['pretty', 'json'], 'pretty');
  const now = readNow(options.now);
  const look = (terminal: boolean): PolicyLook => ({
    explain: options.explain === true,
    color: paintFor(io, terminal ? 'out' : 'err', terminal ? options.color : 'never'),
  });
  const [name, ...paths] = words;
  const around: Surroundings = { ...(await loadEstate(options.target === undefined ? paths : words, now)), now };
  if (options.target !== undefined) {
    const explained = explainTarget(options.target, readTarget(options.target, options.label ?? []), around);
    await writeOutputs(
      targets,
      (format, terminal) => (format === 'json' ? targetJson(explained) : targetPretty(explained, look(terminal))),
      io,
    );
    return EXIT.done;
  }
  const explained = explainPolicy(policyNamed(name, around), around);
  await writeOutputs(
    targets,
    (format, terminal) => (format === 'json' ? policyJson(explained) : policyPretty(explained, look(terminal))),
    io,
  );
  return EXIT.done;
}

function policyNamed(name: string | undefined, { policies }: Surroundings): Surroundings['policies'][number] {
  const names = policies.map((policy) => policy.name);
  if (name === undefined) {
    throw new UserError('usage/bad-argument', 'name a policy, or a target with --target', {
      hint: `the policies are ${names.join(', ')}`,
    });
  }
  const policy = policies.find((candidate) => candidate.name === name);
  if (policy !== undefined) return policy;
  const close = nearest(name, names);
  throw new UserError('document/not-found', `there is no policy "${name}"`, {
    hint: close === null ? `the policies are ${names.join(', ')}` : `did you mean "${close}"?`,
  });
}

/** @throws UserError usage/bad-argument */
function readTarget(text: string, labels: readonly string[]): PolicyTarget {
  const [, service, environment, route = '*'] = /^([^@/]+)@([^@/]+)(\/.*)?$/.exec(text) ?? [];
  if (service === undefined || environment === undefined) {
    throw new UserError('usage/bad-argument', `"${text}" is no target`, {
      hint: 'write SERVICE@ENVIRONMENT, and a route behind it where it matters: payments@prod/v1/orders',
    });
  }
  return { service, environment, route, labels: Object.fromEntries(labels.map(readLabel)) };
}

function readLabel(text: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UserError('usage/bad-argument', `"${text}" is no label`, { hint: 'write NAME=VALUE: tier=critical' });
  }
  return [name, value];
}

/** `firebreak policy digest`: one line per effective policy, for stamping into reports. */
export async function runPolicyDigest(io: Io, paths: readonly string[]): Promise<ExitCode> {
  const { policies } = await loadEstate(paths);
  for (const { digest, name } of policies) io.out(`${digest}  ${name}\n`);
  return EXIT.done;
}
