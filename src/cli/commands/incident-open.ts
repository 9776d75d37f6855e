import { basename, dirname, join } from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import type { IncidentDraft, LeakedDraft } from '../../incident/write-incident.ts';
import { incidentText, sha256Of } from '../../incident/write-incident.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { LeakedKind } from '../../model/incident.ts';
import { LEAKED_KINDS, showLeaked } from '../../model/incident.ts';
import { fromTimestamp, toTimestamp } from '../../model/instant.ts';
import { parseDuration } from '../../model/quantity.ts';
import { startOfDay } from '../../policy/day.ts';
import { NAME_PATTERN, PERSON_PATTERN } from '../../policy/schema/parts.ts';
import { decodeText } from '../../source/decode.ts';
import { looksSecret, showText } from '../../source/show-text.ts';
import { systemFiles } from '../../system/files.ts';
import { decodeToken } from '../../token/decode.ts';
import { INCIDENTS_FOLDER, INCIDENT_FILE, appendRecord, authorOf, readIncidentText } from '../incident-folder.ts';
import type { Io } from '../io.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';

/** What this command is given beside what all commands are. */
type Options = Omit<CommandOptions, 'environment'> & {
  readonly leaked?: readonly string[];
  readonly lead?: string;
  readonly dir?: string;
  readonly environment?: readonly string[];
};

/**
 * `firebreak incident open`: writes the Incident of one leaked credential and the first record of its journal, and says
 * what to do next. The credential itself is read from a file or standard input, hashed, and forgotten.
 *
 * @throws UserError usage/bad-argument, token/unreadable, file/*
 */
export async function runIncidentOpen(io: Io, _args: readonly string[], given: object): Promise<ExitCode> {
  const options: Options = given;
  const now = readNow(options.now);
  const lead = readLead(options.lead ?? '');
  const since = readSince(options.since ?? '', now);
  const leaked = await readLeaked(options.leaked ?? []);
  const author = await authorOf(options.by, lead);
  const folder = options.dir ?? join(INCIDENTS_FOLDER, nameFor(leaked, now));
  const draft: IncidentDraft = {
    name: nameOf(folder),
    leaked,
    issuer: options.issuer ?? issuerOf(leaked),
    since,
    opened: now,
    lead,
    environments: options.environment ?? [],
  };
  const file = join(folder, INCIDENT_FILE);
  const text = incidentText(draft);
  const incident = readIncidentText(file, text);
  if (!(await systemFiles.createExclusively(file, text, 0o644))) {
    throw new UserError('usage/bad-argument', `${file} exists already; nothing was written`, {
      hint: 'go on with it, or name another folder: --dir incidents/ID',
    });
  }
  const data = { leaked: showLeaked(incident.leaked), issuer: draft.issuer, since: toTimestamp(since), lead };
  const journal = await appendRecord(folder, { author, event: 'opened', data, now });
  io.out(
    [
      `opened incident "${draft.name}": ${showLeaked(incident.leaked)} leaked, since ${toTimestamp(since)} or later`,
      `  wrote ${file}`,
      `  wrote ${journal}`,
      '',
      'next, find out who used it and from where:',
      `  firebreak incident scope ${folder} LOGS...`,
      '',
    ].join('\n'),
  );
  return EXIT.done;
}

function readLead(lead: string): string {
  if (new RegExp(PERSON_PATTERN).test(lead)) return lead;
  throw new UserError('usage/bad-argument', `--lead ${showText(lead)} is nobody`, {
    hint: 'write a mail address, or @name',
  });
}

/** An instant, the start of a day, or how long ago: the earliest that the credential can have leaked. */
function readSince(text: string, now: number): number {
  const ago = parseDuration(text);
  const day = startOfDay(text.slice(0, 'YYYY-MM-DD'.length));
  const since =
    ago === undefined ? (day !== null && text.length > 10 ? fromTimestamp(text) : startOfDay(text)) : now - ago;
  if (since === null) {
    throw new UserError('usage/bad-argument', `--since ${showText(text)} is no time`, {
      hint: 'write it as 2026-11-30T08:00:00Z, 2026-11-30, or 6h for six hours ago; if in doubt, the earliest possible',
    });
  }
  if (since <= now) return since;
  throw new UserError('usage/bad-argument', `--since ${text} is still to come, now is ${toTimestamp(now)}`, {
    hint: 'name the earliest time at which it can have leaked',
  });
}

async function readLeaked([kindGiven = '', value, ...more]: readonly string[]): Promise<LeakedDraft> {
  const kind = LEAKED_KINDS.find((each) => each === kindGiven.replaceAll('-', '_'));
  const usage = `write --leaked token FILE, or one of ${LEAKED_KINDS.slice(1).join(', ')} with its value`;
  if (looksSecret(kindGiven)) throw onCommandLine();
  if (kind === undefined) {
    throw new UserError('usage/bad-argument', `${showText(kindGiven)} is nothing that can leak`, { hint: usage });
  }
  if (more.length > 0) {
    throw new UserError('usage/bad-argument', `--leaked ${kind} takes one value, ${more.length + 1} were given`, {
      hint: 'open an incident for each credential; quote values that hold blanks',
    });
  }
  if (value === undefined && kind === 'hmac_secret') return { kind, value: '' };
  if (value === undefined || value === '') {
    throw new UserError('usage/bad-argument', `--leaked ${kind} lacks its value`, { hint: usage });
  }
  if (looksSecret(value)) throw onCommandLine();
  return kind === 'token' || kind === 'refresh_token' ? readSecret(kind, value) : { kind, value };
}

async function readSecret(kind: 'token' | 'refresh_token', source: string): Promise<LeakedDraft> {
  // What is no file may be the credential itself, so it is not shown.
  if (source !== '-' && !(await systemFiles.exists(source))) {
    throw new UserError('file/missing', `--leaked ${kind} names a file that does not exist (not shown)`, {
      hint: 'put the token into a file, or pipe it: --leaked token -',
    });
  }
  const text = (
    source === '-' ? await readStream(process.stdin) : decodeText(source, await systemFiles.readBytes(source))
  ).trim();
  if (kind === 'refresh_token') {
    if (text !== '' && !/\s/.test(text)) return { kind, sha256: sha256Of(text) };
    throw new UserError('token/unreadable', 'the refresh token is empty or holds blanks', {
      hint: 'pass the token alone, without the JSON around it',
    });
  }
  const decoded = decodeToken(text);
  if (!decoded.ok) {
    throw new UserError('token/unreadable', decoded.message, {
      hint: `${decoded.hint}; a refresh token is --leaked refresh_token`,
    });
  }
  return { kind, sha256: sha256Of(decoded.compact), token: decoded.token };
}

function onCommandLine(): UserError {
  return new UserError(
    'usage/bad-argument',
    'a token or key on the command line ends up in the shell history and in the process list',
    { hint: 'put it into a file, or pipe it: firebreak incident open --leaked token -; it has leaked once more now' },
  );
}

function issuerOf(leaked: LeakedDraft): string | null {
  const issuer = leaked.kind === 'token' ? leaked.token.claims['iss'] : null;
  return typeof issuer === 'string' && issuer !== '' ? issuer : null;
}

/** `inc-20261130-kid-3fa2c1` */
function nameFor(leaked: LeakedDraft, now: number): string {
  const kind: LeakedKind = leaked.kind;
  const digits = ('sha256' in leaked ? leaked.sha256 : sha256Of(leaked.value)).slice(0, 6);
  return `inc-${toTimestamp(now).slice(0, 10).replaceAll('-', '')}-${kind.replaceAll('_', '-')}-${digits}`;
}

function nameOf(folder: string): string {
  const name = basename(folder === '' ? '.' : join(dirname(folder), basename(folder))).toLowerCase();
  if (new RegExp(NAME_PATTERN).test(name)) return name;
  throw new UserError('usage/bad-argument', `--dir ${showText(folder)} gives the incident no name`, {
    hint: 'its last part must be small letters, digits and dashes: incidents/inc-2031',
  });
}
