import type { ProgramOutcome, ProgramRequest } from '../model/machine.ts';

/** What every program gets of the environment of this process. Anything else must be named. */
const PASSED_ON: readonly string[] = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SYSTEMROOT'];

/** Time between the request to end and the end by force, in milliseconds. */
const GRACE_MS = 1000;

/** Runs a program without a shell, with a bounded time, a bounded output and a chosen environment. Never throws. */
export async function runProgram(request: ProgramRequest): Promise<ProgramOutcome> {
  const { execa } = await import('execa');
  const [file = '', ...args] = request.argv;
  const passed = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const half = Math.floor(request.maxBytes / 2);
  const stdout = new Bounded(half);
  const stderr = new Bounded(half);
  const child = execa(file, args, {
    reject: false,
    // The output is kept here, bounded: a buffer of execa would end the program that overflows it.
    buffer: false,
    encoding: 'buffer',
    env: { ...Object.fromEntries(passed), ...request.env },
    extendEnv: false,
    input: request.input,
    timeout: request.timeoutMs,
    forceKillAfterDelay: GRACE_MS,
    ...(request.signal === undefined ? {} : { cancelSignal: request.signal }),
  });
  child.stdout?.on('data', (chunk: Uint8Array) => stdout.take(chunk));
  child.stderr?.on('data', (chunk: Uint8Array) => stderr.take(chunk));
  const result = await child;
  return {
    exitCode: result.exitCode ?? null,
    ending: endingOf(result),
    stdout: stdout.text(),
    stderr: stderr.text(),
  };
}

function endingOf(result: {
  readonly timedOut: boolean;
  readonly isTerminated: boolean;
  readonly isCanceled: boolean;
  readonly exitCode?: number | undefined;
}): ProgramOutcome['ending'] {
  if (result.timedOut) return 'timeout';
  if (result.isTerminated || result.isCanceled) return 'signal';
  return result.exitCode === undefined ? 'not-started' : 'exited';
}

/** Keeps the first bytes of a stream. */
class Bounded {
  readonly #limit: number;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #lost = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(chunk: Uint8Array): void {
    const room = this.#limit - this.#size;
    if (chunk.length > room) this.#lost = true;
    if (room <= 0) return;
    const kept = chunk.subarray(0, room);
    this.#chunks.push(kept);
    this.#size += kept.length;
  }

  text(): string {
    const text = Buffer.concat(this.#chunks).toString('utf8');
    return this.#lost ? `${text}\n[cut off after ${this.#limit} bytes]` : text;
  }
}
