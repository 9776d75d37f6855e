import type { Command } from 'commander';
import { Option } from 'commander';
import { TOKEN_CLASSES } from '../model/policy.ts';
import { formatsOf } from '../report/formats.ts';
import type { CommandTools } from './program-tools.ts';
import { collect, failOn } from './program-tools.ts';

/** Commands about what is silenced. */
export function addExceptionCommands({ add, outputs, program, handle }: CommandTools): void {
  const waiver = add(program, 'waiver', 'what is silenced, by whom, until when');
  outputs(add(waiver, 'list [paths...]', 'every directive, waiver and baseline'), 'pretty, json').action(
    handle(async () => (await import('./commands/waiver.ts')).runWaiverList),
  );
  outputs(
    add(waiver, 'check [paths...]', 'only the findings about exceptions: ended, unused, invalid'),
    formatsOf('waiver check').join(', '),
  )
    .addOption(failOn())
    .action(handle(async () => (await import('./commands/waiver.ts')).runWaiverCheck));
  add(waiver, 'add <name>', 'append a Waiver to a file')
    .requiredOption('--rule <rule>', 'rule to silence; may be repeated', collect)
    .requiredOption('--owner <owner>', 'who answers for it: @team or a mail address')
    .requiredOption('--reason <text>', 'why it is acceptable for now, 20 characters or more')
    .requiredOption('--until <day>', 'last day: 2027-01-31')
    .option('--policy <name>', 'findings about this TokenPolicy')
    .option('--verifier <name>', 'findings about this verifier', collect)
    .option('--environment <name>', 'findings about verifiers of this environment')
    .addOption(new Option('--token <class>', 'findings about tokens of this class').choices([...TOKEN_CLASSES]))
    .option('--path <pattern>', 'findings in these files; may be repeated', collect)
    .option('--fingerprint <hex>', 'this finding; may be repeated', collect)
    .option('--ticket <id>', 'where the work is tracked')
    .option('--file <file>', 'file to append to', 'policies/waivers.yaml')
    .action(handle(async () => (await import('./commands/waiver.ts')).runWaiverAdd));

  add(program, 'approve <fingerprints...>', 'write or extend a ChangeApproval for changes that firebreak diff shows')
    .requiredOption('--by <person>', 'who approves: a mail address, or @name')
    .requiredOption('--reason <text>', 'why the changes are right, 20 characters or more')
    .requiredOption('--until <day>', 'last day to merge them: 2027-01-31')
    .option('--permanent', 'also approve loosening that no waiver ends')
    .option('--file <file>', 'file to write (default: policies/approvals/FINGERPRINT.yaml)')
    .action(handle(async () => (await import('./commands/approve.ts')).runApprove));

  const baseline = add(program, 'baseline', 'findings that were there on the first day');
  const file = (command: Command): Command =>
    command.option('--file <file>', 'file of the baseline', 'firebreak-baseline.json');
  const terms = (command: Command): Command =>
    file(command)
      .option('--owner <owner>', 'who answers for it; needed for a new one')
      .option('--reason <text>', 'why it is acceptable for now; needed for a new one')
      .option('--until <day>', 'last day: 2027-01-31; needed for a new one');
  terms(add(baseline, 'write [paths...]', "add today's findings")).action(
    handle(async () => (await import('./commands/baseline.ts')).runBaselineWrite),
  );
  terms(add(baseline, 'prune [paths...]', 'remove entries whose finding is gone')).action(
    handle(async () => (await import('./commands/baseline.ts')).runBaselinePrune),
  );
  outputs(file(add(baseline, 'show', 'what is in it')), 'pretty, json').action(
    handle(async () => (await import('./commands/baseline.ts')).runBaselineShow),
  );
}
