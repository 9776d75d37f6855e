import type { Effect, JournalEvent, JournalLine } from '../model/drill.ts';
import type { LabDescription } from '../model/lab.ts';
import type { Machine } from '../model/machine.ts';
import type { Clock, Files, Http, JournalSink } from '../model/ports.ts';
import { byHandOf } from './by-hand.ts';
import { undoEffect } from './effects.ts';
import { isFinished, openEffects, readJournal, startJournal } from './journal.ts';
import type { ProcessIdentity } from './lease.ts';
import { takeLease } from './lease.ts';
import { STEP_ACTIONS } from './steps/registry.ts';

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
  readonly machine?: (allow: readonly string[]) => Machine;
  readonly openJournal: (path: string) => Promise<JournalSink>;
  readonly isAlive: (process: ProcessIdentity) => Promise<boolean>;
  /** This process, which holds the lease while it recovers. */
  readonly self: ProcessIdentity;
  /** The lab of the state folder, when one runs. */
  readonly lab: LabDescription | null;
  /** Entries of the allow-list of an environment, by its name. */
  readonly allowOf: (environment: string) => readonly string[];
}

export interface Recovered {
  readonly runId: string;
  readonly effects: readonly {
    readonly says: string;
    readonly gone: boolean;
    readonly why: string;
    /** What a person can type to undo it. */
    readonly byHand: string | null;
  }[];
  readonly clean: boolean;
  /** False when the journal's chain of hashes is broken: somebody changed it, and what it does not name is not undone. */
  readonly intact: boolean;
}

/**
 * Undoes what unfinished runs left, from their journals alone. Safe to repeat. It holds the lease meanwhile, so that
 * neither a run that still goes on nor another recovery is disturbed.
 *
 * @throws UserError drill/lease-held when a drill runs, or another process recovers
 */
export async function recoverRuns(stateDir: string, ports: RecoverPorts): Promise<readonly Recovered[]> {
  if ((await unfinishedRuns(stateDir, ports.files)).length === 0) return [];
  const release = await takeLease(`${stateDir}/lease.json`, { ...ports.self, runId: 'recovery' }, ports);
  try {
    const recovered: Recovered[] = [];
    // Read again under the lease: the run may have ended by itself in between.
    for (const run of await unfinishedRuns(stateDir, ports.files)) recovered.push(await recoverRun(run, ports));
    return recovered;
  } finally {
    await release();
  }
}

async function recoverRun(run: UnfinishedRun, ports: RecoverPorts): Promise<Recovered> {
  const { clock, isAlive, openJournal } = ports;
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
  await journal.record({ type: 'recover', torn: reading.torn });
  const open = openEffects(run.lines);
  const answered = new Set(run.lines.flatMap(({ event }) => (event.type === 'ack' ? [event.effectId] : [])));
  const effects: Recovered['effects'][number][] = [];
  const lab = start?.lab ?? null;
  const labAlive = lab !== null && (await isAlive(lab));
  for (const effect of open) {
    // Only what lived in the lab has ended with it.
    if (lab !== null && !labAlive && livesInLab(effect)) {
      const why = 'the lab that held it has ended, and its keys and lists with it';
      await journal.record({ type: 'undo.verify', effectId: effect.id, gone: true, why });
      effects.push({ says: effect.says, gone: true, why, byHand: null });
      continue;
    }
    const allow = ports.allowOf(start?.environment ?? '');
    const machine = ports.machine?.(allow);
    const context = {
      http: ports.http(allow),
      ...(machine === undefined ? {} : { machine }),
      lab: sameLab(ports.lab, lab),
      timeoutMs: UNDO_TIMEOUT_MS,
      vault: null,
    };
    const { gone, why } = await undoEffect(effect, { context, clock, journal, answered: answered.has(effect.id) });
    effects.push({ says: effect.says, gone, why, byHand: gone ? null : byHandOf(effect) });
  }
  const clean = effects.every(({ gone }) => gone);
  await journal.record({ type: 'run.end', outcome: 'interrupted', clean });
  await journal.close();
  return { runId: run.runId, effects, clean, intact: reading.intact };
}

function livesInLab({ action }: Effect): boolean {
  return STEP_ACTIONS.find(({ uses }) => uses === action)?.isSelfContained !== true;
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
