import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { ProgramFault } from '../model/failure.ts';

/** The program's connection to the person or script that runs it. */
export interface Io {
  /** Data. */
  readonly out: (text: string) => void;
  /** Messages. */
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Columns to lay out for. */
  readonly width: number;
  /** Where a person can be asked; null when nobody sits there. */
  readonly terminal: { readonly input: Readable; readonly write: (text: string) => void } | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Takes Ctrl-C and termination over, for commands that must clean up before they leave. Until a command asks for it,
   * signals end the process as usual.
   */
  readonly takeSignals: () => TakenSignals;
}

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface TakenSignals {
  /** Aborted by the first signal, or with a ProgramFault when something went wrong that nobody waits for. */
  readonly stop: AbortSignal;
  /** Aborted by the second signal: clean-up is not skipped, but must not take its time any more. */
  readonly hurry: AbortSignal;
  /** The signal that stopped the run. */
  readonly stoppedBy: () => StopSignal | null;
}

const DEFAULT_WIDTH = 100;

/** Io of this process. */
export function processIo(): Io {
  // A reader that went away (head, a closed terminal) must not turn clean-up into a crash.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
    width: process.stdout.columns ?? DEFAULT_WIDTH,
    // Opened only when somebody is asked: a standard input that is merely looked at is a stream already.
    terminal:
      isatty(0) && isatty(2)
        ? {
            get input() {
              return process.stdin;
            },
            write: (text) => void process.stderr.write(text),
          }
        : null,
    env: process.env,
    takeSignals,
  };
}

function takeSignals(): TakenSignals {
  const controller = new AbortController();
  const hurry = new AbortController();
  let stoppedBy: StopSignal | null = null;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stoppedBy !== null) {
        process.stderr.write('still cleaning up; a second signal does not skip it\n');
        hurry.abort(new Error(`hurried by ${signal}`));
        return;
      }
      stoppedBy = signal;
      controller.abort(new Error(`stopped by ${signal}`));
    });
  }
  // Without these Node would end the process at once, and nothing would be put back.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (fault: unknown) => controller.abort(new ProgramFault(fault)));
  return { stop: controller.signal, hurry: hurry.signal, stoppedBy: () => stoppedBy };
}
