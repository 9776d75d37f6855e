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
  outputs(policies(add(drill, 'plan <file>', 'what a run would do, without any network')), 'pretty, json')
    .option('--expect-agents <names>', 'as if these agents probed, in the place of those that the drill names')
    .action(handle(async () => (await import('./commands/drill-plan.ts')).runDrillPlan));
  outputs(policies(add(drill, 'run <file>', 'run a drill and put everything back')), formatsOf('drill run').join(', '))
    .option('--dry-run', 'try all that can be tried without changing anything; formats pretty and json')
    .option('--seed <number>', 'seed of the probing schedule')
    .option('--confirm <environment>', 'name of the environment, for classes that ask for it')
    .option('--arm <arm>', 'only this arm: quiet or busy')
    .option('--record <dir>', 'also store the result, without its probes, as DIR/DRILL/RUN.json; for git')
    .option('--otlp <url>', 'send a trace and metrics of the run as OTLP/HTTP JSON: http://collector:4318')
    .option('--sign <file>', 'sign the result with this private key: Ed25519 or P-256, PKCS #8 or JWK')
    .option('-q, --quiet', 'no progress')
    .option('--no-input', 'ask nobody: a drill with manual steps is refused')
    .option('--agents <url>', 'let agents probe, which are at this NATS server: tls://HOST:4222 (docs/agents.md)')
    .option(
      '--expect-agents <names>',
      'these agents, in the place of those that the drill names; without one of them no drill passes',
    )
    .option('--plan-key <file>', 'with --agents: sign plans with this private key')
    .option('--agent-keys <dir>', 'with --agents: public key of each agent, DIR/NAME.pub')
    .option('--wait-for-agents <duration>', 'with --agents: how long to wait for those that are not there', '10s')
    .option('--bus-credentials <file>', 'with --agents: .creds file, USER:PASSWORD or a token for the NATS server')
    .option('--bus-ca <file>', 'with --agents: authority that signed the certificate of the NATS server, PEM')
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
  add(program, 'agent', 'probe for drills that another machine runs, from this one (docs/agents.md)')
    .option('--id <name>', 'name of this agent, as drills expect it')
    .option('--connect <url>', 'NATS server: tls://HOST:4222, or nats://127.0.0.1:4222 on this machine')
    .option('--key <file>', 'private key of this agent: P-256, PKCS #8 or JWK')
    .option('--plan-key <file>', 'public key that plans must be signed with')
    .option('--allow <host>', 'host, address or CIDR that may be asked, whatever a plan says; repeatable', collect)
    .option('--max-rate <number>', 'requests per second that a plan may ask for', '50')
    .option('--max-duration <duration>', 'longest run that this agent takes part in', '1h')
    .option('--bus-credentials <file>', '.creds file, USER:PASSWORD or a token for the NATS server')
    .option('--bus-ca <file>', 'authority that signed the certificate of the NATS server, PEM')
    .option('--once', 'leave after one run')
    .option('--manifest <kind>', 'print what runs this agent elsewhere: kubernetes or systemd; connects to nothing')
    .option('--image <image>', 'with --manifest kubernetes: container image with firebreak as its entry point')
    .option('-q, --quiet', 'say nothing')
    .action(handle(async () => (await import('./commands/agent.ts')).runAgentCommand));
}
