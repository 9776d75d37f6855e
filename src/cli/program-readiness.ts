import { Option } from 'commander';
import { SCENARIOS } from '../model/policy.ts';
import { formatsOf } from '../report/formats.ts';
import type { CommandTools } from './program-tools.ts';
import { collect } from './program-tools.ts';

/** Commands for the time before the bad day. */
export function addReadinessCommands({ add, outputs, program, handle }: CommandTools): void {
  outputs(
    add(
      program,
      'doctor [paths...]',
      'what this machine has for Firebreak; with --incident, whether a leak could be answered',
    ),
    formatsOf('doctor').join(', '),
  )
    .option('--incident', 'ask of every scenario: can it be scoped, contained, verified, by whom, how fast')
    .addOption(new Option('--scenario <scenario>', 'only this scenario').choices([...SCENARIOS]))
    .option(
      '--logs <file>',
      'a sample of your logs, to see whether it can tell a leaked credential; repeatable',
      collect,
    )
    .option('--environment <name>', 'only verifiers and drills of this environment')
    .option('--log-format <id>', 'format of the logs (default: told by their first lines)')
    .option('--map <file>', 'where a format of your own keeps its values')
    .option('--facts', 'tell what is there too, not only what is missing')
    .option(
      '--connect',
      'open a connection to each allowed place that is needed, and close it; without it nothing is sent',
    )
    .action(handle(async () => (await import('./commands/doctor.ts')).runDoctor));
  add(program, 'runbook [paths...]', 'what to do when something leaked, out of policies and inventories; one page each')
    .addOption(new Option('--scenario <scenario>', 'what leaked').choices([...SCENARIOS]))
    .option('--all', 'every scenario that concerns a verifier')
    .option('--environment <name>', 'only verifiers and drills of this environment')
    .addOption(
      new Option('-f, --format <format>', 'markdown for people, cacao for playbook systems (OASIS CACAO 2.0)')
        .choices(['markdown', 'cacao'])
        .default('markdown'),
    )
    .option('--dir <folder>', 'write one file for each scenario into this folder (default: standard output)')
    .option('--check', 'write nothing; leave with 1 when the files (default: in runbooks) are not up to date')
    .action(handle(async () => (await import('./commands/runbook.ts')).runRunbook));
}
