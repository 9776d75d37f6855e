import type { Scope } from '../../incident/scope.ts';
import { createScope } from '../../incident/scope.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { Incident } from '../../model/incident.ts';
import { showLeaked } from '../../model/incident.ts';
import type { ScopeResult, ScopeUse } from '../../model/incident-scope.ts';
import type { LogReading } from '../../model/replay.ts';
import type { Millis } from '../../model/quantity.ts';
import { millis, parseDuration } from '../../model/quantity.ts';
import { formatsOf } from '../../report/formats.ts';
import { scopeCsv } from '../../report/incident-scope-csv.ts';
import { scopeHtml } from '../../report/incident-scope-html.ts';
import { scopeJson, useJson } from '../../report/incident-scope-json.ts';
import { scopeMarkdown } from '../../report/incident-scope-markdown.ts';
import { scopePretty, useWords } from '../../report/incident-scope.ts';
import { showText } from '../../source/show-text.ts';
import { displayPath, systemFiles } from '../../system/files.ts';
import { followScope } from '../follow-scope.ts';
import { appendRecord, authorOf, incidentFileOf, loadIncident, onlyIncidentFile } from '../incident-folder.ts';
import type { Io } from '../io.ts';
import { loadEstate } from '../load-estate.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';
import { naturesOf, readIssued, scopeLogs } from '../scope-input.ts';
import type { UseWebhook } from '../use-webhook.ts';
import { createUseWebhook, readWebhookUrl } from '../use-webhook.ts';

/** What this command is given beside what all commands are. */
type Options = CommandOptions & {
  readonly issued?: readonly string[];
  readonly manySubjects?: string;
  readonly impossibleWithin?: string;
  readonly maxUses?: string;
  /** False for --no-journal. */
  readonly journal?: boolean;
  /** A log that grows. */
  readonly follow?: string;
  /** Who is told of further uses, and which hosts may be. */
  readonly webhook?: string;
  readonly allow?: readonly string[];
  /** Who searches the logs; undefined for this process. */
  readonly engine?: string;
};

/**
 * `firebreak incident scope [INCIDENT] LOGS...`: who used the leaked credential, from where, and what the logs cannot say.
 *
 * @throws UserError usage/bad-argument, usage/no-input, document/invalid, document/not-found, file/*
 */
export async function runIncidentScope(io: Io, args: readonly string[], given: object): Promise<ExitCode> {
  const options: Options = given;
  const isLive = options.follow !== undefined;
  const targets = readOutputs(options, isLive ? ['pretty', 'json'] : formatsOf('incident scope'), 'pretty');
  if (isLive && options.output !== undefined) {
    throw new UserError('usage/bad-argument', '--follow writes to standard output only', {
      hint: 'leave -o out; send standard output where it shall go',
    });
  }
  if (options.webhook !== undefined && !isLive) {
    throw new UserError('usage/bad-argument', '--webhook goes with --follow', {
      hint: 'name the log that grows: --follow /var/log/nginx/access.json',
    });
  }
  checkEngine(options, args);
  const webhookUrl = options.webhook === undefined ? null : await readWebhookUrl(options.webhook, process.env);
  const now = readNow(options.now);
  const manySubjects = readCount('--many-subjects', options.manySubjects ?? '10');
  const maxUses = readCount('--max-uses', options.maxUses ?? '10000');
  const impossibleWithin = readDuration('--impossible-within', options.impossibleWithin ?? '60s');
  const [first = ''] = args;
  const named = await incidentFileOf(first);
  const logsNamed = named === null ? args : args.slice(1);
  const samples = options.follow === undefined ? logsNamed : [...logsNamed, followable(options.follow)];
  const { incident, folder } = await loadIncident(named ?? (await onlyIncidentFile()));
  if (samples.length === 0) {
    throw new UserError('usage/no-input', 'no log to read', {
      hint: `firebreak incident scope ${folder} access.jsonl; files, folders, globs, or - for standard input`,
    });
  }
  const maxLifetime = await longestLife(incident, options.policies, io);
  const issued = await readIssued(options.issued, options);
  const rules = { incident, manySubjects, impossibleWithin, maxLifetime, issued, maxUses };
  const scope = createScope(rules);
  const isHashed = options.journal !== false && !isLive;
  const reading = { scope, options: rules, isHashed };
  const { logs, problems, files } =
    options.engine === undefined
      ? await scopeLogs(samples, options, reading)
      : await (await import('../scope-duckdb.ts')).scopeWithDuckdb(samples, options, reading);
  if (options.follow !== undefined) {
    const allow = options.allow ?? [];
    const webhook = webhookUrl === null ? null : createUseWebhook({ url: webhookUrl, allow, incident, warn: io.err });
    const file = displayPath(options.follow);
    return follow(io, { scope, incident, folder, options, file, reading: logs.at(-1), webhook });
  }
  const findings = scope.result(naturesOf(logs));
  const { name, since } = incident;
  const result: ScopeResult = {
    ...findings,
    logs,
    problems,
    incident: { name, leaked: showLeaked(incident.leaked), since },
  };
  await writeOutputs(
    targets,
    (format, terminal) => {
      if (format === 'json') return scopeJson(result);
      if (format === 'html') return scopeHtml(result);
      if (format === 'csv') return scopeCsv(result);
      if (format === 'markdown') return scopeMarkdown(result);
      return scopePretty(result, paintFor(io, terminal ? 'out' : 'err', terminal ? options.color : 'never'));
    },
    io,
  );
  if (options.journal !== false) {
    const author = await authorOf(options.by, incident.lead);
    const { uses, before, after } = findings.totals;
    const data = {
      files,
      uses,
      before,
      after,
      answered: findings.isAnswered,
      unanswerable: findings.unanswerable.length,
    };
    await appendRecord(folder, { author, event: 'scoped', data, now });
  }
  return findings.isAnswered && problems.length === 0 ? EXIT.done : EXIT.inconclusive;
}

interface Follow {
  readonly scope: Scope;
  readonly incident: Incident;
  readonly folder: string;
  readonly options: Options;
  readonly file: string;
  readonly reading: LogReading | undefined;
  readonly webhook: UseWebhook | null;
}

async function follow(io: Io, { scope, incident, folder, options, file, reading, webhook }: Follow): Promise<ExitCode> {
  if (reading !== undefined && reading.uses > 0 && !scope.canTell(file)) {
    io.err(
      `${file} cannot tell ${showLeaked(incident.leaked)} from others; firebreak incident scope says what it lacks\n`,
    );
    return EXIT.inconclusive;
  }
  const isJson = options.json === true || options.format === 'json';
  const alert = (use: ScopeUse): string => (isJson ? useJson(use) : `USED AGAIN  ${useWords(use)}\n`);
  const { code, seen } = await followScope(io, { file, reading, scope, alert, webhook, options });
  io.err(`${seen} ${seen === 1 ? 'use' : 'uses'} while ${file} was followed\n`);
  if (options.journal !== false) {
    const author = await authorOf(options.by, incident.lead);
    await appendRecord(folder, { author, event: 'followed', data: { file, uses: seen }, now: readNow(options.now) });
  }
  return code;
}

/** @throws UserError usage/bad-argument */
function checkEngine({ engine, follow: live }: Options, args: readonly string[]): void {
  const parquet = args.find((arg) => /\.parquet$/i.test(arg) || /^(?:s3|https):\/\//.test(arg));
  if (engine === undefined && parquet !== undefined) {
    throw new UserError('usage/bad-argument', `${showText(parquet)} is read by an engine only`, {
      hint: 'add --engine duckdb',
    });
  }
  if (engine === undefined || (engine === 'duckdb' && live === undefined)) return;
  throw new UserError(
    'usage/bad-argument',
    engine === 'duckdb' ? '--follow reads the log itself' : `there is no engine "${engine}"`,
    { hint: engine === 'duckdb' ? 'leave --engine out' : 'the engine is duckdb, or leave --engine out' },
  );
}

function followable(file: string): string {
  if (file !== '-' && !/\.(?:gz|zst)$/i.test(file)) return file;
  throw new UserError('usage/bad-argument', `${showText(file)} cannot be followed`, {
    hint: 'name the plain file that the product writes into: --follow /var/log/nginx/access.json',
  });
}

/** The longest life that enforced policies give to a token of the issuer; null when none speaks of it. */
async function longestLife(incident: Incident, paths: readonly string[] | undefined, io: Io): Promise<Millis | null> {
  if (paths === undefined && !(await systemFiles.exists('policies'))) return null;
  try {
    const { policies } = await loadEstate(paths ?? ['policies']);
    const lives = policies
      .filter(
        ({ enforcement, issuers }) =>
          enforcement.value === 'enforce' &&
          (incident.issuer === null || issuers.value.some(({ issuer }) => issuer === incident.issuer)),
      )
      .flatMap(({ tokens }) => [tokens.access_token, tokens.id_token])
      .flatMap((limits) => (limits?.present.value === true ? [limits.maxLifetime.value] : []));
    return lives.length === 0 ? null : millis(Math.max(...lives));
  } catch (error) {
    // A fault in a policy is no reason to stop on the bad day.
    if (!(error instanceof UserError) || paths !== undefined) throw error;
    io.err(`warning: the policies were not read, so lifetimes are not judged: ${error.message}\n`);
    return null;
  }
}

function readCount(option: string, text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 1_000_000) return count;
  throw new UserError('usage/bad-argument', `${option} "${text}" is not a number from 1 to 1000000`);
}

function readDuration(option: string, text: string): Millis {
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  throw new UserError('usage/bad-argument', `${option} "${text}" is no duration`, {
    hint: 'write it with its unit: 60s',
  });
}
