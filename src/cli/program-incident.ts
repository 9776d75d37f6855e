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
    add(incident, 'journal [incident]', 'what everybody did, by time, after checking that nothing was changed'),
    'pretty, json',
  ).action(handle(async () => (await import('./commands/incident-journal.ts')).runIncidentJournal));
}
