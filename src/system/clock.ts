import type { Clock } from '../model/ports.ts';

/**
 * The clock of this process. Timers of Node may fire more than a millisecond early, so the instant is checked again
 * after each wait instead of being trusted.
 */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  sleepUntil: async (monotonicMs, signal) => {
    for (;;) {
      signal?.throwIfAborted();
      const rest = monotonicMs - performance.now();
      if (rest <= 0) return;
      await sleep(Math.ceil(rest), signal);
    }
  },
};

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(finish, ms);
    function finish(): void {
      signal?.removeEventListener('abort', cancel);
      resolve();
    }
    function cancel(): void {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    }
    signal?.addEventListener('abort', cancel, { once: true });
  });
}
