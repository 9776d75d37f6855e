import type { Clock } from '../../src/model/ports.ts';

/**
 * Sleepers farther away than this wait for the others: real work of other threads, such as making a key, takes no
 * virtual time, and only the longest guards sleep that far.
 */
const LEAP_MS = 6000;

export interface VirtualClock extends Clock {
  /** No sleeper wakes any more: the process has died. */
  readonly stop: () => void;
}

/** Time that passes only when everybody sleeps: the earliest sleeper wakes next, in no real time. */
export function virtualClock(startWall: number): VirtualClock {
  let now = 0;
  let stopped = false;
  let pumping = false;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  function pump(): void {
    if (stopped || sleepers.length === 0) {
      pumping = false;
      return;
    }
    const at = Math.min(...sleepers.map((sleeper) => sleeper.at));
    if (at - now <= LEAP_MS) {
      now = Math.max(now, at);
      const index = sleepers.findIndex((sleeper) => sleeper.at === at);
      sleepers.splice(index, 1)[0]?.wake();
    }
    setImmediate(pump);
  }

  return {
    monotonic: () => now,
    wall: () => startWall + now,
    sleepUntil: (at, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(asError(signal.reason));
          return;
        }
        const sleeper = {
          at,
          wake: () => {
            signal?.removeEventListener('abort', cancel);
            resolve();
          },
        };
        const cancel = (): void => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          reject(asError(signal?.reason));
        };
        signal?.addEventListener('abort', cancel, { once: true });
        sleepers.push(sleeper);
        if (!pumping) {
          pumping = true;
          setImmediate(pump);
        }
      }),
    stop: () => {
      stopped = true;
    },
  };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted');
}
