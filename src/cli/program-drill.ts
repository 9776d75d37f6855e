import type { Command } from 'commander';
import { formatsOf } from '../report/formats.ts';
import type { CommandTools } from './program-tools.ts';
import { collect } from './program-tools.ts';

/** Commands of drills. */
export function addDrillCommands({ add, outputs, program, handle }: CommandTools): void {
  const drill = add(program, 'drill', 'measure time-to-revocation');
  const policies = (command: Command): Command =>
    command.option('--policies <path>', 'where policies and inventories are; may be repeated', collect);
  add(drill, 'list [paths...]', 'the drills of this repository').action(
    handle(async () => (await import('./commands/drill-list.ts')).runDrillList),
  );
  outputs(policies(add(drill, 'plan <file>', 'what a run would do, without any network')), 'pretty, json').action(
    handle(async () => (await import('./commands/drill-plan.ts')).runDrillPlan),
  );
  outputs(policies(add(drill, 'run <file>', 'run a drill and put everything back')), formatsOf('drill run').join(', '))
    .option('--seed <number>', 'seed of the probing schedule')
    .option('--confirm <environment>', 'name of the environment, for classes that ask for it')
    .option('--arm <arm>', 'only this arm: quiet or busy')
    .option('--record <dir>', 'also store the result, without its probes, as DIR/DRILL/RUN.json; for git')
    .option('--otlp <url>', 'send a trace and metrics of the run as OTLP/HTTP JSON: http://collector:4318')
    .option('--sign <file>', 'sign the result with this private key: Ed25519 or P-256, PKCS #8 or JWK')
    .option('-q, --quiet', 'no progress')
    .option('--no-input', 'ask nobody: a drill with manual steps is refused')
    .action(handle(async () => (await import('./commands/drill-run.ts')).runDrillCommand));
  add(drill, 'recover', 'undo what an interrupted run left behind').action(
    handle(async () => (await import('./commands/drill-recover.ts')).runDrillRecover),
  );
  outputs(add(drill, 'sweep [paths...]', 'find canaries that drills left behind, on any machine'), 'pretty, json')
    .option('--apply', 'remove them (default: only say what would be removed)')
    .action(handle(async () => (await import('./commands/drill-sweep.ts')).runDrillSweep));
  outputs(
    add(drill, 'report <path>', 'render a stored result again: a result, the folder of a run or a journal'),
    formatsOf('drill run').join(', '),
  ).action(handle(async () => (await import('./commands/drill-report.ts')).runDrillReport));
  outputs(
    add(drill, 'history [paths...]', 'what stored results say together: estimates, regressions and what changed'),
    formatsOf('drill history').join(', '),
  ).action(handle(async () => (await import('./commands/drill-history.ts')).runDrillHistory));
  add(drill, 'sign <result>', 'add a signature to a stored result')
    .requiredOption('--key <file>', 'private key: Ed25519 or P-256, PKCS #8 or JWK')
    .action(handle(async () => (await import('./commands/drill-sign.ts')).runDrillSign));
  outputs(
    add(drill, 'verify <result>', 'check the signature and the journal of a result, and work everything out again'),
    'pretty, json',
  )
    .option('--journal <file>', 'journal of the run (default: where the result says, or beside it)')
    .option('--key <file>', 'public key that the result must be signed with')
    .option('--allow-unsigned', 'a result without a checked signature can be verified, too')
    .action(handle(async () => (await import('./commands/drill-verify.ts')).runDrillVerify));
}
