import { Command, CommanderError, Option } from 'commander';
import type { ExitCode } from '../model/exit.ts';
import { EXIT } from '../model/exit.ts';
import { SCENARIOS, TOKEN_CLASSES } from '../model/policy.ts';
import { reportFailure } from './failure.ts';
import type { Io } from './io.ts';
import { processIo } from './io.ts';
import { addDrillCommands } from './program-drill.ts';
import { addExceptionCommands } from './program-exceptions.ts';
import { addIncidentCommands } from './program-incident.ts';
import { addReadinessCommands } from './program-readiness.ts';
import { addReviewCommands } from './program-review.ts';
import type { CommandTools, Handle, Run } from './program-tools.ts';
import { collect, failOn, profileOption } from './program-tools.ts';
import { formatsOf } from '../report/formats.ts';
import { VERSION } from './version.ts';

const EXAMPLES = `
Examples:
  firebreak demo                          see the whole path on a lab on this machine
  firebreak lint                          check policies/ and drills/
  firebreak predict --tree                worst-case time-to-revocation of every verifier
  firebreak diff main                     what this branch changes for real tokens
  firebreak drill run drills/leaked-signing-key.yaml

Exit codes: 0 done, 1 findings or objective missed, 2 usage, 3 failure, 4 inconclusive, 5 stopped by a safety rule,
6 clean-up incomplete, 130/143 interrupted after clean-up.`;

/** Parses the arguments, runs one command and returns the exit code. Loads only what the command needs. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  const io = processIo();
  let code: ExitCode = EXIT.done;
  const handle =
    (load: () => Promise<Run>) =>
    async (...parsed: readonly unknown[]): Promise<void> => {
      const command = parsed.at(-1);
      if (!(command instanceof Command)) throw new Error('commander passes the command last');
      const args = argumentsOf(command.processedArgs);
      const run = await load();
      code = await run(io, args, command.optsWithGlobals());
    };

  const program = buildProgram(handle, io);
  try {
    if (argv.length === 0) {
      io.out(program.helpInformation() + EXAMPLES + '\n');
      return EXIT.done;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return reportFailure(error, io);
  }
}

function buildProgram(handle: Handle, io: Io): Command {
  const program = new Command('firebreak')
    .description('Time-to-revocation of JWTs: promised by policy, predicted by lint, measured by drills.')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--color <when>', 'auto, always or never', 'auto')
    .option('--no-color', 'same as --color never')
    .option('--now <time>', 'judge dates as of this RFC 3339 time instead of the clock')
    .option('--state-dir <dir>', 'where runs, journals and the state of the lab are kept', '.firebreak')
    .showHelpAfterError('(firebreak --help shows the commands)')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });

  const add = (parent: Command, usage: string, description: string): Command =>
    parent
      .command(usage)
      .description(description)
      .exitOverride()
      .configureOutput({ writeOut: io.out, writeErr: io.err });
  const outputs = (command: Command, formats: string): Command =>
    command
      .option('-f, --format <format>', formats)
      .option('--json', 'same as --format json')
      .option('-o, --output <target>', 'write FORMAT=FILE, or FILE; - is standard output; may be repeated', collect);
  const tools: CommandTools = { program, add, outputs, handle };

  outputs(
    add(program, 'lint [paths...]', 'check policies, inventories, drills, keys, tokens and what is deployed'),
    formatsOf('lint').join(', '),
  )
    .addOption(failOn())
    .option('--only <rule>', 'run only this rule; may be repeated', collect)
    .option('--skip <rule>', 'leave out this rule; may be repeated', collect)
    .option('--wordlist <file>', 'try these HMAC secrets on recorded tokens, one per line')
    .option('--blocklist <file>', 'known-compromised keys, sorted 16-byte records')
    .addOption(profileOption())
    .option('--since <ref>', 'only findings that the merge base with this branch, tag or commit does not have')
    .option('--cache [file]', 'remember what configuration files say, in .firebreak/lint-cache.json')
    .option('--baseline <file>', 'baseline to apply (default: firebreak-baseline.json where it exists)')
    .option('--no-baseline', 'apply no baseline')
    .option('--no-ignores', 'show what directives, waivers and baselines silence')
    .option('--fix', 'apply safe repairs, then report what is left')
    .option('--suggested', 'with --fix: apply what is suggested to a person too')
    .option('--dry-run', 'with --fix: print the repairs as a patch, change nothing')
    .option('--comment', 'in a workflow of GitHub: write the result into the pull request, as one comment')
    .option('--watch', 'lint again whenever a file changes, until Ctrl-C')
    .option('--stats', 'tell on standard error how long each rule took')
    .option('-q, --quiet', 'print findings only')
    .action(handle(async () => (await import('./commands/lint.ts')).runLint));

  addExceptionCommands(tools);

  outputs(
    add(program, 'audit [issuers...]', 'ask issuers for their key sets and metadata, and judge them and their history'),
    formatsOf('audit').join(', '),
  )
    .addOption(failOn())
    .option('--fetches <number>', 'fetches of each key set, over all addresses (default: 24)')
    .option('--allow <host>', 'host, address or CIDR that may be asked though it is not public; repeatable', collect)
    .option(
      '--compromised <key>',
      'kid or thumbprint of a leaked key that nobody may serve any more; repeatable',
      collect,
    )
    .option('--policies <path>', 'where policies and inventories are; may be repeated', collect)
    .option('--history <dir>', 'where rounds are recorded (default: jwks-history)')
    .option('--no-history', 'record nothing')
    .option('--replay <file>', 'judge a recorded history, without any network; may be repeated', collect)
    .option('--only <rule>', 'run only this rule; may be repeated', collect)
    .option('--skip <rule>', 'leave out this rule; may be repeated', collect)
    .option('-q, --quiet', 'print findings only')
    .action(handle(async () => (await import('./commands/audit.ts')).runAudit));

  outputs(
    add(program, 'predict [paths...]', 'worst-case time-to-revocation of every verifier'),
    'pretty, json, markdown',
  )
    .addOption(new Option('--scenario <scenario>', 'what leaked').choices([...SCENARIOS]))
    .option('--verifier <name>', 'only this verifier; may be repeated', collect)
    .option('--sums', 'show the sum that each bound is')
    .option('--tree', 'show every addend with its origin')
    .option('--gate', 'leave with 1 when a prediction misses its objective')
    .action(handle(async () => (await import('./commands/predict.ts')).runPredict));

  outputs(
    add(program, 'check <token>', 'hold one token (a file, or - for standard input) against a policy'),
    'pretty, json',
  )
    .requiredOption('--policy <name>', 'name of the TokenPolicy')
    .option('--policies <path>', 'where policies are; may be repeated', collect)
    .option('--jwks <file>', 'verify the signature with the keys of this file')
    .addOption(
      new Option('--class <class>', 'what the token is used as').choices([...TOKEN_CLASSES]).default('access_token'),
    )
    .option('--route <route>', 'the route it is presented at')
    .option('--ip <address>', 'address of the client')
    .action(handle(async () => (await import('./commands/check.ts')).runCheck));

  outputs(
    add(program, 'test [paths...]', 'hold the tokens of every TokenTest against the policies'),
    formatsOf('test').join(', '),
  )
    .option('--policies <path>', 'where policies are, when not in the paths; may be repeated', collect)
    .action(handle(async () => (await import('./commands/test.ts')).runTest));

  add(program, 'explain <topic>', 'a rule (jwks/rsa-roca) or an exit code (exit-4)').action(
    handle(async () => (await import('./commands/explain.ts')).runExplain),
  );

  outputs(add(program, 'rules', 'list every rule'), 'pretty, json')
    .addOption(profileOption())
    .action(handle(async () => (await import('./commands/rules.ts')).runRules));

  add(
    program,
    'schema <kind>',
    'print the JSON Schema of a kind of documents, of firebreak.yaml or of a JSON output',
  ).action(handle(async () => (await import('./commands/schema.ts')).runSchema));

  const policy = add(program, 'policy', 'effective policies');
  outputs(
    add(policy, 'resolve [name] [paths...]', 'the effective policy of a document, or of all that applies to a target'),
    'pretty, json',
  )
    .option('--target <target>', 'SERVICE@ENVIRONMENT[/ROUTE] in the place of a name')
    .option('--label <name=value>', 'label of that target; may be repeated', collect)
    .option('--explain', 'name everything that was said about each value, waivers and guardrails too')
    .action(handle(async () => (await import('./commands/policy.ts')).runPolicyResolve));
  add(policy, 'text <file>', 'what one file says, in one form only; for git diff (docs/git.md)').action(
    handle(async () => (await import('./commands/policy-text.ts')).runPolicyText),
  );
  add(policy, 'migrate [paths...]', 'rewrite documents in the version and the spellings of today; meanings stay')
    .option('--dry-run', 'print the changes as a patch, change nothing')
    .action(handle(async () => (await import('./commands/migrate.ts')).runPolicyMigrate));
  add(policy, 'digest [paths...]', 'sha256 of every effective policy').action(
    handle(async () => (await import('./commands/policy.ts')).runPolicyDigest),
  );

  addReviewCommands(tools);
  addDrillCommands(tools);
  addIncidentCommands(tools);

  const lab = add(program, 'lab', 'the embedded lab');
  add(lab, 'up', 'start an issuer and real verifiers on this machine until Ctrl-C')
    .option('--inventory <file>', 'inventory to build the lab from', 'policies/lab-inventory.yaml')
    .option('--port <port>', 'first port; the others follow (default: any free ports)')
    .option('--defaults', 'run the libraries with their real defaults instead of the short caches')
    .action(handle(async () => (await import('./commands/lab.ts')).runLabUp));
  add(lab, 'token', 'print an access token of the running lab, to try commands with')
    .option('--inventory <file>', 'inventory that the lab was built from', 'policies/lab-inventory.yaml')
    .action(handle(async () => (await import('./commands/lab-token.ts')).runLabToken));

  add(program, 'demo', 'lint, predict, drill and report on the embedded lab')
    .option('--report <file>', 'where the report goes', '.firebreak/demo-report.html')
    .action(handle(async () => (await import('./commands/demo.ts')).runDemo));

  add(program, 'render <target> [paths...]', 'revocations, or a policy, as configuration of an enforcement point')
    .option('-o, --output <file>', 'write FILE whole or not at all (default: standard output)')
    .option('--issuer <iss>', 'only what is about this issuer, or about all')
    .option('--environment <name>', 'only what counts in this environment')
    .option('--partial', 'leave out, with a warning, what the target cannot do')
    .option('--policy <name>', 'render this TokenPolicy as configuration of a verifier instead')
    .option('--map-file <path>', 'haproxy: where the map is', '/etc/haproxy/firebreak.map')
    .option('--status-uri <url>', 'token-status-list: where verifiers fetch it from')
    .option('--status-size <number>', 'token-status-list: fewest entries of the list', '1024')
    .option('--status-ttl <duration>', 'token-status-list: how long verifiers may keep it', '5m')
    .option('--key <file>', 'token-status-list: sign with this private key (PEM or JWK)')
    .action(handle(async () => (await import('./commands/render.ts')).runRender));

  add(program, 'init [dir]', 'write a first policy, inventory, drills and workflows')
    .option('--template <name>', 'minimal, standard or full', 'standard')
    .option('--ci <forge>', 'github, gitlab or none (default: gitlab beside a .gitlab-ci.yml, else github)')
    .option('--from <source>', 'infer from a file, a folder or, over the network, an issuer URL; repeatable', collect)
    .option('--owner <owner>', 'who answers for what is written: @team or a mail address')
    .option('--allow <host>', 'host, address or CIDR that may be asked though it is not public; repeatable', collect)
    .option('--dry-run', 'print what would be written, write nothing')
    .option('--force', 'write over files that exist')
    .action(handle(async () => (await import('./commands/init.ts')).runInit));
  addReadinessCommands(tools);
  return program;
}

/** Positional arguments as text; a list at the end is spread, a missing optional one is left out. */
function argumentsOf(values: readonly unknown[]): readonly string[] {
  return values.flat().filter((value) => typeof value === 'string');
}
