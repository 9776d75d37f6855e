import { formatsOf } from '../report/formats.ts';
import type { CommandTools } from './program-tools.ts';
import { collect } from './program-tools.ts';

/** Commands of the bad day. */
export function addIncidentCommands({ add, outputs, program, handle }: CommandTools): void {
  const incident = add(program, 'incident', 'the bad day: a credential leaked');
  add(incident, 'open', 'write down what leaked, since when, and who leads; the credential itself is never kept')
    .requiredOption(
      '--leaked <kind...>',
      'token FILE, refresh_token FILE (- is standard input), kid KID, client_id ID, hmac_secret [KID], sid ID',
    )
    .requiredOption('--since <time>', 'earliest that it can have leaked: 2026-11-30T08:00:00Z, 2026-11-30, 6h (ago)')
    .requiredOption('--lead <person>', 'who leads: a mail address, or @name')
    .option('--issuer <iss>', 'only tokens of this issuer (default: the one of the token)')
    .option('--environment <name>', 'where it leaked; may be repeated', collect)
    .option('--dir <folder>', 'folder of the incident (default: incidents/ID)')
    .option('--by <person>', 'who writes the journal (default: user.email of git, else the lead)')
    .action(handle(async () => (await import('./commands/incident-open.ts')).runIncidentOpen));
  outputs(
    add(incident, 'scope [paths...]', 'who used the leaked credential, from where: [INCIDENT] LOGS...'),
    formatsOf('incident scope').join(', '),
  )
    .option('--issued <file>', 'log of the issuer, to tell forged tokens; may be repeated', collect)
    .option('--policies <path>', 'where policies are, to judge lifetimes (default: policies); repeatable', collect)
    .option('--log-format <id>', 'format of the logs (default: told by their first lines)')
    .option('--map <file>', 'where a format of your own keeps its values')
    .option(
      '--engine <name>',
      'who searches the logs: duckdb, also in Parquet and object stores (default: this process)',
    )
    .option('--many-subjects <number>', 'so many subjects behind one address are told (default: 10)')
    .option('--impossible-within <duration>', 'two networks within this time cannot be one person (default: 60s)')
    .option('--max-uses <number>', 'lines that are listed one by one; all are counted (default: 10000)')
    .option('--by <person>', 'who writes the journal (default: user.email of git, else the lead)')
    .option('--follow <file>', 'a log that grows: tell further uses as they happen, until Ctrl-C')
    .option(
      '--webhook <url>',
      'with --follow: also POST further uses there; env:NAME for a variable that holds the address',
    )
    .option('--allow <host>', 'host that --webhook may reach; may be repeated', collect)
    .option('--no-journal', 'write nothing into the journal of the incident')
    .action(handle(async () => (await import('./commands/incident-scope.ts')).runIncidentScope));
  outputs(
    add(incident, 'plan [incident]', 'what to do, in which order, how fast it works, and who else is hit'),
    formatsOf('incident plan').join(', '),
  )
    .option('--policies <path>', 'where policies and inventories are (default: policies); repeatable', collect)
    .option('--environment <name>', 'environment of the inventory, where the credential counts in several')
    .option('--inventory <name>', 'inventory, where several declare the issuer')
    .option(
      '--about <claim=value>',
      'what is known of the credential beside the incident: sid=VALUE; repeatable',
      collect,
    )
    .option('--plan <file>', 'where to write the plan (default: plan.yaml beside the incident)')
    .option('--force', 'replace a plan that was begun')
    .option('--by <person>', 'who writes the journal (default: user.email of git, else the lead)')
    .action(handle(async () => (await import('./commands/incident-plan.ts')).runIncidentPlan));
  outputs(
    add(incident, 'contain [incident]', 'do what the plan says, step by step; run it again to go on where it ended'),
    formatsOf('incident contain').join(', '),
  )
    .option('--policies <path>', 'where policies and inventories are (default: policies); repeatable', collect)
    .option('--plan <file>', 'the plan (default: plan.yaml beside the incident)')
    .option('--confirm <name>', 'name of the incident, typed by a person, instead of being asked')
    .option('--yes', 'go on without a name; in staging and prod only for a plan that somebody else approved')
    .option('--again <step>', 'make a step again of which nobody knows whether it happened; repeatable', collect)
    .option('--done <step>', 'a step that a person has made by hand, or has seen to have happened; repeatable', collect)
    .option('--no-input', 'never ask anybody')
    .option('-q, --quiet', 'no progress')
    .option('--by <person>', 'who writes the journal (default: user.email of git, else the lead)')
    .action(handle(async () => (await import('./commands/incident-contain.ts')).runIncidentContain));
  add(incident, 'approve [incident]', 'say that the plan may be run: by somebody else than who runs it')
    .option('--plan <file>', 'the plan (default: plan.yaml beside the incident)')
    .option('--by <person>', 'who approves (default: user.email of git)')
    .action(handle(async () => (await import('./commands/incident-approve.ts')).runIncidentApprove));
  outputs(
    add(incident, 'verify [incident]', 'show every verifier a token that it must refuse by now, and a fresh one'),
    formatsOf('incident verify').join(', '),
  )
    .option('--witness <file>', 'a token of your own that the same steps end')
    .option('--use-leaked-token <file>', 'the leaked token itself; only if the lead allows it')
    .option('--allowed-by <person>', 'the lead, who allows it')
    .option('--for <duration>', 'longest observation (default: as long as the plan says that it can take)')
    .option('--policies <path>', 'where policies and inventories are (default: policies); repeatable', collect)
    .option('--plan <file>', 'the plan (default: plan.yaml beside the incident)')
    .option('-q, --quiet', 'no progress')
    .option('--by <person>', 'who writes the journal (default: user.email of git, else the lead)')
    .action(handle(async () => (await import('./commands/incident-verify.ts')).runIncidentVerify));
  outputs(
    add(incident, 'postmortem [incident]', 'what happened, what it cost, what worked, what is missing'),
    formatsOf('incident postmortem').join(', '),
  )
    .option('--policies <path>', 'where policies and inventories are (default: policies); repeatable', collect)
    .option('--plan <file>', 'the plan (default: plan.yaml beside the incident)')
    .option('--drill [file]', 'write a drill that replays it with canaries (default: drills/incident-ID.yaml)')
    .action(handle(async () => (await import('./commands/incident-postmortem.ts')).runIncidentPostmortem));
  outputs(
    add(incident, 'strengthen [incident]', 'what would have ended it sooner, as a change of the policies'),
    formatsOf('incident strengthen').join(', '),
  )
    .option('--branch [name]', 'write it as a commit onto a new branch (default: firebreak/incident-ID)')
    .option('--apply', 'write it into the files here')
    .option('--policies <path>', 'where policies and inventories are (default: policies); repeatable', collect)
    .option('--plan <file>', 'the plan (default: plan.yaml beside the incident)')
    .option('--by <person>', 'who writes the journal (default: user.email of git, else the lead)')
    .action(handle(async () => (await import('./commands/incident-strengthen.ts')).runIncidentStrengthen));
  add(incident, 'check <item> [incident]', 'say that something of the checklist was checked by hand')
    .requiredOption('--because <text>', 'what shows it')
    .option('--by <person>', 'who has checked it (default: user.email of git, else the lead)')
    .action(handle(async () => (await import('./commands/incident-check.ts')).runIncidentCheck));
  outputs(
    add(incident, 'close [incident]', 'the end: refused while something is unproven'),
    formatsOf('incident close').join(', '),
  )
    .option('--anyway <reason>', 'close it although something is unproven')
    .option('--policies <path>', 'where policies and inventories are (default: policies); repeatable', collect)
    .option('--plan <file>', 'the plan (default: plan.yaml beside the incident)')
    .option('--by <person>', 'who closes it (default: user.email of git, else the lead)')
    .action(handle(async () => (await import('./commands/incident-close.ts')).runIncidentClose));
  outputs(
    add(incident, 'journal [incident]', 'what everybody did, by time, after checking that nothing was changed'),
    formatsOf('incident journal').join(', '),
  ).action(handle(async () => (await import('./commands/incident-journal.ts')).runIncidentJournal));
}
