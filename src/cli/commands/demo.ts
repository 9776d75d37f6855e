import { join } from 'node:path';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { packageRoot } from '../package-root.ts';

/**
 * `firebreak demo`: the whole path on this machine. Lints the policies that come with the lab, predicts, starts the lab,
 * drills it and writes the report. Leaves with 0 when the demonstration ran, whatever the drill found.
 */
export async function runDemo(io: Io, _args: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const root = packageRoot();
  const policies = join(root, 'policies');
  const heading = (text: string): void => io.out(`\n== ${text}\n\n`);

  heading('1 of 4  Lint: what the policies and the inventory say');
  const { runLint } = await import('./lint.ts');
  const linted = await runLint(io, [policies], { ...options, failOn: 'error', ignores: true, quiet: false });
  if (linted !== EXIT.done) return linted;

  heading('2 of 4  Predict: the worst case of every verifier after a signing key leaks');
  const { runPredict } = await import('./predict.ts');
  await runPredict(io, [policies], { ...options, scenario: 'signing_key', sums: true });

  heading('3 of 4  Drill: leak a canary signing key in the lab, remove it, and see who still accepts it');
  const { runDrillCommand } = await import('./drill-run.ts');
  const code = await runDrillCommand(io, [join(root, 'drills', 'leaked-signing-key.yaml')], {
    ...options,
    policies: [policies],
    output: ['pretty=-', `html=${String(options.report)}`],
  });

  // 0 passed, 1 objective missed: both are demonstrations that ran. Anything else is not.
  if (code !== EXIT.done && code !== EXIT.findings) return code;
  heading('4 of 4  Report');
  io.out(
    `open ${String(options.report)}\n\nrun it yourself: firebreak drill run drills/leaked-signing-key.yaml (leaves with ${code}${code === EXIT.findings ? ': the objective was missed, as it should be here' : ''})\n`,
  );
  return EXIT.done;
}
