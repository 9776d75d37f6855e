import type { JudgedPrediction, Probe } from '../model/drill.ts';
import type { FetchLog, PhaseSeen, PhaseTarget } from '../model/phase.ts';
import type { Clock, LineTail } from '../model/ports.ts';
import type { StepContext } from './step.ts';
import { adminRequest } from './step.ts';
import { fitsGlob } from '../policy/glob.ts';

/** Between two looks for a fetch, in milliseconds: far below the life of any cache that is worth a drill. */
const LOOK_MS = 20;

/** How long the answer is waited for that tells which key a fetch was for, in milliseconds. */
const ANSWERED_MS = 200;

/** Wall clocks are read in whole milliseconds, so a fetch may lie that far beside its probe. */
const WALL_STEP_MS = 1;

/** Opens what is appended to a file from now on. @throws UserError file/missing, file/unreadable */
export type OpenTail = (path: string) => Promise<LineTail>;

export interface PhaseTools {
  readonly clock: Clock;
  /** Monotonic instant that run time counts from. */
  readonly origin: number;
  /** Admin interface of the issuer. */
  readonly admin: string | null;
  readonly context: StepContext;
  readonly openTail: OpenTail;
  readonly signal: AbortSignal;
  /** Whether a fetch at this run time was for the leaked key, as far as the probes that are answered show. */
  readonly isForLeakedKey: (fetchedAt: number) => boolean;
}

/** Whether a verifier that keeps keys one by one fetched the leaked one: at that run time it was being shown there. */
export function wasShownAt(
  fetchedAt: number,
  probes: readonly Pick<Probe, 'unit' | 'role' | 'sent' | 'received'>[],
  units: ReadonlySet<string>,
): boolean {
  return probes.some(
    ({ unit, role, sent, received }) =>
      role === 'canary' && units.has(unit) && sent - WALL_STEP_MS <= fetchedAt && fetchedAt <= received + WALL_STEP_MS,
  );
}

/** Whether a verifier fetches once for each key, so that not every fetch is for the leaked one. */
export function keepsKeysOneByOne(
  { predictions }: { readonly predictions: readonly Pick<JudgedPrediction, 'verifier' | 'cacheClass'>[] },
  name: string,
): boolean {
  return predictions.some(
    ({ verifier, cacheClass }) => verifier === name && (cacheClass === 'e' || cacheClass === 'h'),
  );
}

/** Looks for fetches that nobody has looked at yet; run times, earliest first. */
interface Tap {
  readonly look: () => Promise<readonly number[]>;
  readonly close: () => Promise<void>;
}

/** Resolves right after the next fetch by the verifier, or when the wait is over. Fetches of before do not count. */
export async function nextFetch(target: PhaseTarget, tools: PhaseTools): Promise<PhaseSeen> {
  const { clock, origin, signal, isForLeakedKey } = tools;
  const tap = target.log === null ? await labTap(target.verifier, tools) : await logTap(target.log, tools);
  try {
    const until = clock.monotonic() + target.within;
    let recent: readonly number[] = [];
    for (;;) {
      const now = clock.monotonic() - origin;
      // The probe that made it fetch may be answered after the fetch is seen.
      recent = [...recent, ...(await tap.look())].filter((at) => at > now - ANSWERED_MS);
      const fetchedAt = recent.findLast(isForLeakedKey);
      if (fetchedAt !== undefined) return { verifier: target.verifier, fetchedAt };
      if (clock.monotonic() + LOOK_MS > until) return { verifier: target.verifier, fetchedAt: null };
      await clock.sleepUntil(clock.monotonic() + LOOK_MS, signal);
    }
  } finally {
    await tap.close();
  }
}

/** The issuer of the lab remembers every fetch with the name of the verifier. */
async function labTap(verifier: string, { clock, origin, admin, context }: PhaseTools): Promise<Tap> {
  const fetches = async (): Promise<readonly { readonly by: string; readonly at: number }[]> => {
    const request = { admin: admin ?? '', method: 'GET', path: '/fetches', expected: [200] };
    const { body } = await adminRequest(context, request);
    return (JSON.parse(body) as { readonly fetches: readonly { readonly by: string; readonly at: number }[] }).fetches;
  };
  // The lab is on this machine and has its wall clock.
  let last = clock.wall();
  return {
    look: async () => {
      const fresh = (await fetches()).filter(({ by, at }) => by === verifier && at > last);
      last = fresh.at(-1)?.at ?? last;
      return fresh.map(({ at }) => clock.monotonic() - origin - Math.max(0, clock.wall() - at));
    },
    close: () => Promise.resolve(),
  };
}

/** A log that cannot be read stops a run before anything is changed. @throws UserError file/missing, file/unreadable */
export async function checkPhaseLog(phase: PhaseTarget | undefined, open: OpenTail): Promise<void> {
  if (phase?.log == null) return;
  await (await open(phase.log.file)).close();
}

/** Whoever writes the log may have another clock, so a fetch is as old as its line. */
async function logTap({ file, where }: FetchLog, { clock, origin, openTail }: PhaseTools): Promise<Tap> {
  const tail = await openTail(file);
  return {
    look: async () => {
      const lines = await tail.read();
      return lines.filter((line) => isFetch(line, where)).map(() => clock.monotonic() - origin);
    },
    close: () => tail.close(),
  };
}

/** Whether a line of a log has every member as it must be. What is no JSON object is no fetch. */
export function isFetch(line: string, where: FetchLog['where']): boolean {
  const entry = parsed(line);
  return Object.entries(where).every(([path, pattern]) =>
    valuesAt(entry, path.split('.')).some((value) => fitsText(value, pattern)),
  );
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Headers are lists in some logs; each of their values counts. */
function valuesAt(value: unknown, path: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [name, ...rest] = path;
  if (name === undefined) return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
  return valuesAt(Reflect.get(value, name), rest);
}

/** A slash is a character like every other here. */
function fitsText(value: string, pattern: string): boolean {
  return fitsGlob(value.replaceAll('/', '\0'), pattern.replaceAll('/', '\0'));
}
