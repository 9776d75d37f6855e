/** Folders of incidents: the document, and the journals beside it. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { JournalChain, JournalRecord } from '../incident/journal.ts';
import { journalFileOf, mergeChains, nextLine, readChain } from '../incident/journal.ts';
import { sha256Of } from '../incident/write-incident.ts';
import type { Incident } from '../model/incident.ts';
import { UserError } from '../model/failure.ts';
import { toTimestamp } from '../model/instant.ts';
import { readIncident } from '../policy/read-incident.ts';
import { validateDocument } from '../policy/validate.ts';
import { decodeText } from '../source/decode.ts';
import { parseDocuments } from '../source/parse.ts';
import { appendLine } from '../system/append-line.ts';
import { systemFiles } from '../system/files.ts';

/** Where incidents are, each in a folder of its own. */
export const INCIDENTS_FOLDER = 'incidents';

export const INCIDENT_FILE = 'incident.yaml';

export interface LoadedIncident {
  readonly incident: Incident;
  readonly folder: string;
}

/** The file that an argument names: the document, its folder, or the id of an incident; null when it is none of them. */
export async function incidentFileOf(argument: string): Promise<string | null> {
  if (/\.ya?ml$/i.test(argument)) return argument;
  for (const folder of [argument, join(INCIDENTS_FOLDER, argument)]) {
    const file = join(folder, INCIDENT_FILE);
    if (await systemFiles.exists(file)) return file;
  }
  return null;
}

/** The one incident there is. @throws UserError document/not-found */
export async function onlyIncidentFile(): Promise<string> {
  const folders = await readdir(INCIDENTS_FOLDER).catch((): readonly string[] => []);
  const files: string[] = [];
  for (const folder of [...folders].sort()) {
    const file = join(INCIDENTS_FOLDER, folder, INCIDENT_FILE);
    if (await systemFiles.exists(file)) files.push(file);
  }
  const [only] = files;
  if (only !== undefined && files.length === 1) return only;
  if (only === undefined) {
    throw new UserError('document/not-found', `there is no incident in ${INCIDENTS_FOLDER}/`, {
      hint: 'open one: firebreak incident open --leaked kid KID --since TIME --lead @you',
    });
  }
  const names = files.map((file) => basename(dirname(file)));
  throw new UserError('document/not-found', `there are ${files.length} incidents, and none was named`, {
    hint: `name one of ${names.join(', ')} before the logs`,
  });
}

/** @throws UserError file/missing, document/invalid, document/not-found */
export async function loadIncident(file: string): Promise<LoadedIncident> {
  const incident = readIncidentText(file, decodeText(file, await systemFiles.readBytes(file)));
  return { incident, folder: dirname(file) };
}

/** @throws UserError document/invalid with every fault, document/not-found for another kind of document */
export function readIncidentText(file: string, text: string): Incident {
  const { documents, problems: unparsed } = parseDocuments(file, text);
  const problems = [...unparsed];
  for (const source of documents) {
    const { document, problems: invalid } = validateDocument(source);
    problems.push(...invalid);
    if (document?.kind !== 'Incident') continue;
    const reading = readIncident(document);
    problems.push(...reading.problems);
    if (reading.incident !== null && problems.length === 0) return reading.incident;
  }
  if (problems.length > 0) throw new UserError('document/invalid', `${file} has faults`, { problems });
  throw new UserError('document/not-found', `${file} holds no Incident`, {
    hint: 'open one: firebreak incident open --leaked kid KID --since TIME --lead @you',
  });
}

/** Who writes into the journal: who was named, else whom git knows, else the lead. */
export async function authorOf(by: string | undefined, lead: string): Promise<string> {
  if (by !== undefined) {
    if (/^(?:[^\s@]+@[^\s@]+|@[^\s@]+)$/.test(by)) return by;
    throw new UserError('usage/bad-argument', `--by ${JSON.stringify(by)} is nobody`, {
      hint: 'write a mail address, or @name',
    });
  }
  const { ask } = await import('../system/git-command.ts');
  const mail = await ask('.', ['config', 'user.email']).catch(() => '');
  return /^[^\s@]+@[^\s@]+$/.test(mail) ? mail : lead;
}

export interface JournalEntry {
  readonly author: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Appends a record to the journal of its author.
 *
 * @throws UserError document/invalid when the journal was tampered with, file/unwritable
 * @returns the file
 */
export async function appendRecord(folder: string, { author, event, data, now }: JournalEntry): Promise<string> {
  const file = join(folder, journalFileOf(author));
  const chain = await readJournal(file);
  const [first] = chain.records;
  if (first !== undefined && first.author !== author) {
    throw new UserError('document/invalid', `${file} is the journal of ${first.author}, not of ${author}`, {
      hint: 'name yourself as before, or differently: --by @name',
    });
  }
  await appendLine(file, nextLine(chain, { author, time: toTimestamp(now), event, data }));
  return file;
}

/**
 * Takes off what a process that died had begun to write into the journal of an author: no answer was ever given to it.
 *
 * @returns SHA-256 and length of what was taken off; null when the journal ends as it should
 */
export async function mendJournal(
  folder: string,
  author: string,
): Promise<{ readonly sha256: string; readonly length: number } | null> {
  const file = join(folder, journalFileOf(author));
  if (!(await systemFiles.exists(file))) return null;
  const text = decodeText(file, await systemFiles.readBytes(file));
  const end = text.lastIndexOf('\n') + 1;
  const torn = text.slice(end);
  if (torn === '') return null;
  await systemFiles.writeAtomically(file, text.slice(0, end), 0o644);
  return { sha256: sha256Of(torn), length: torn.length };
}

/** The checked chain of one file; an empty one where there is no file. @throws UserError document/invalid */
export async function readJournal(file: string): Promise<JournalChain> {
  if (!(await systemFiles.exists(file))) return { records: [], problems: [], head: null };
  const chain = readChain(file, decodeText(file, await systemFiles.readBytes(file)));
  if (chain.problems.length === 0) return chain;
  throw new UserError('document/invalid', `the journal ${file} was changed`, {
    problems: chain.problems,
  });
}

/** The records of everybody, in the order of time, after checking every chain. @throws UserError document/invalid */
export async function readAllRecords(folder: string): Promise<readonly JournalRecord[]> {
  const names = await readdir(join(folder, 'journal')).catch((): readonly string[] => []);
  const files = names.filter((name) => name.endsWith('.ndjson')).sort();
  return mergeChains(await Promise.all(files.map((name) => readJournal(join(folder, 'journal', name)))));
}
