import { formatsOf } from '../report/formats.ts';
import type { CommandTools } from './program-tools.ts';
import { collect } from './program-tools.ts';

/** Commands for the review of a change. */
export function addReviewCommands({ add, outputs, program, handle }: CommandTools): void {
  outputs(
    add(program, 'diff [base] [head]', 'what a change of the policies means for real tokens'),
    formatsOf('diff').join(', '),
  )
    .option('--policies <path>', 'files and folders to compare; may be repeated', collect)
    .option('--gate', 'hold the change against the gate of the base and its approvals')
    .option('--force-mass-change', 'with --gate: many targets are meant to get looser')
    .option('--exit-code', 'leave with 1 when anything changed')
    .option('--at <day>', 'which waivers count: those of this RFC 3339 time (default: now)')
    .option('--no-merge-base', 'compare with the base itself, not with where this branch left it')
    .option('--fetch', 'let git fetch what this clone lacks')
    .option('--witnesses <number>', 'counterexample tokens shown for each change (default: 20)')
    .option('--replay <file>', 'recorded uses to hold the change against: access logs; may be repeated', collect)
    .option('--environment <name>', 'with --replay: environment that the logs were written in')
    .option('--log-format <id>', 'with --replay: format of the logs (default: told by their first lines)')
    .option('--map <file>', 'with --replay: where a format of your own keeps its values')
    .option('--write-tests <dir>', 'store the counterexample tokens as TokenTests, for firebreak test')
    .option('--comment', 'in a workflow of GitHub: write the result into the pull request, as one comment')
    .action(handle(async () => (await import('./commands/diff.ts')).runDiff));

  outputs(
    add(program, 'replay <samples...>', 'what a change of the policies would have meant for recorded uses of tokens'),
    formatsOf('replay').join(', '),
  )
    .option('--base <version>', 'branch, commit, ref:path or folder to compare with (default: where this branch began)')
    .option('--head <version>', 'the changed version (default: the working tree)')
    .option('--policies <path>', 'files and folders to compare; may be repeated', collect)
    .option('--environment <name>', 'environment that the logs were written in')
    .option('--log-format <id>', 'format of the logs (default: told by their first lines)')
    .option('--map <file>', 'where a format of your own keeps its values')
    .option('--max-revoked <share>', 'leave with 1 when more uses are revoked: 0.1%')
    .option('--min-decidable <share>', 'leave with 4 when fewer uses can be decided: 90%')
    .option('--no-merge-base', 'compare with the base itself, not with where this branch left it')
    .action(handle(async () => (await import('./commands/replay.ts')).runReplay));
}
