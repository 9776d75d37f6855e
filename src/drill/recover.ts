import type { JournalEvent, JournalLine } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { LabDescription } from '../model/lab.ts';
import type { Clock, Files, Http, JournalSink } from '../model/ports.ts';
import { undoEffect } from './effects.ts';
import { isFinished, openEffects, readJournal, startJournal } from './journal.ts';
import type { ProcessIdentity } from './lease.ts';

/** Longest undo of one effect before it is tried again, in milliseconds. */
const UNDO_TIMEOUT_MS = 3000;

export interface UnfinishedRun {
  readonly runId: string;
  readonly path: string;
  readonly lines: readonly JournalLine[];
  readonly text: string;
}

/** Runs of a state folder that did not end clean. */
export async function unfinishedRuns(stateDir: string, files: Files): Promise<readonly UnfinishedRun[]> {
  const folder = `${stateDir}/runs`;
  if (!(await files.exists(folder))) return [];
  const unfinished: UnfinishedRun[] = [];
  for (const path of await files.list([folder], ['.ndjson'])) {
    const text = new TextDecoder().decode(await files.readBytes(path));
    const { lines } = readJournal(text);
    if (!isFinished(lines)) unfinished.push({ runId: startOf(lines)?.runId ?? path, path, lines, text });
  }
  return unfinished;
}

export interface RecoverPorts {
  readonly clock: Clock;
  readonly files: Files;
  readonly http: (allow: readonly string[]) => Http;
  readonly openJournal: (path: string) => Promise<JournalSink>;
  readonly isAlive: (process: ProcessIdentity) => Promise<boolean>;
  /** The lab of the state folder, when one runs. */
  readonly lab: LabDescription | null;
  /** Entries of the allow-list of an environment, by its name. */
  readonly allowOf: (environment: string) => readonly string[];
}

export interface Recovered {
  readonly runId: string;
  readonly effects: readonly { readonly says: string; readonly gone: boolean; readonly why: string }[];
  readonly clean: boolean;
}

/**
 * Undoes what unfinished runs left, from their journals alone. Safe to repeat. A run whose process still lives is left
 * alone.
 *
 * @throws UserError drill/lease-held when the unfinished run is still going on
 */
export async function recoverRuns(stateDir: string, ports: RecoverPorts): Promise<readonly Recovered[]> {
  const recovered: Recovered[] = [];
  for (const run of await unfinishedRuns(stateDir, ports.files)) recovered.push(await recoverRun(run, stateDir, ports));
  return recovered;
}

async function recoverRun(run: UnfinishedRun, stateDir: string, ports: RecoverPorts): Promise<Recovered> {
  const { clock, isAlive, openJournal } = ports;
  await refuseLiving(run, stateDir, ports);
  const start = startOf(run.lines);
  const sink = await openJournal(run.path);
  // A torn last line would swallow what is appended to it.
  if (run.text !== '' && !run.text.endsWith('\n')) sink.append('');
  const reading = readJournal(run.text);
  const journal = startJournal({
    sink,
    clock,
    origin: clock.monotonic(),
    after: { sha256: reading.sha256, lines: reading.lines.length },
  });
  const open = openEffects(run.lines);
  const effects: Recovered['effects'][number][] = [];
  const lab = start?.lab ?? null;
  const labAlive = lab !== null && (await isAlive(lab));
  for (const effect of open) {
    if (lab !== null && !labAlive) {
      const why = 'the lab that held it has ended, and its keys and lists with it';
      await journal.record({ type: 'undo.verify', effectId: effect.id, gone: true, why });
      effects.push({ says: effect.says, gone: true, why });
      continue;
    }
    const context = {
      http: ports.http(ports.allowOf(start?.environment ?? '')),
      lab: sameLab(ports.lab, lab),
      timeoutMs: UNDO_TIMEOUT_MS,
      vault: null,
    };
    const { gone, why } = await undoEffect(effect, { context, clock, journal });
    effects.push({ says: effect.says, gone, why });
  }
  const clean = effects.every(({ gone }) => gone);
  await journal.record({ type: 'run.end', outcome: 'interrupted', clean });
  await journal.close();
  return { runId: run.runId, effects, clean };
}

async function refuseLiving(run: UnfinishedRun, stateDir: string, { files, isAlive }: RecoverPorts): Promise<void> {
  const path = `${stateDir}/lease.json`;
  if (!(await files.exists(path))) return;
  try {
    const holder = JSON.parse(new TextDecoder().decode(await files.readBytes(path))) as ProcessIdentity & {
      readonly runId: string;
    };
    if (holder.runId === run.runId && (await isAlive(holder))) {
      throw new UserError('drill/lease-held', `run ${run.runId} is still going on in process ${holder.pid}`, {
        hint: 'stop it with Ctrl-C; it cleans up by itself',
      });
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    // A torn lease belongs to a process that died while writing it.
  }
}

function sameLab(
  running: LabDescription | null,
  wanted: { readonly pid: number; readonly startedAt: string } | null,
): LabDescription | null {
  return running !== null && wanted !== null && running.pid === wanted.pid && running.startedAt === wanted.startedAt
    ? running
    : null;
}

function startOf(lines: readonly JournalLine[]): Extract<JournalEvent, { type: 'run.start' }> | null {
  for (const { event } of lines) if (event.type === 'run.start') return event;
  return null;
}
