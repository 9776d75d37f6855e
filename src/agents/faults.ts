import type { Clock, Http } from '../model/ports.ts';
import { HttpFailure } from '../model/ports.ts';

/** What tests make an agent do wrong, to see that it harms nothing: `clock-offset=300 duplicate-uploads`. */
export interface AgentFaults {
  /** Added to every reading of its clocks, in milliseconds. */
  readonly clockOffset: number;
  readonly duplicateUploads: boolean;
}

export function readFaults(text: string | undefined): AgentFaults {
  const words = (text ?? '').split(/\s+/);
  const offset = Number(words.find((word) => word.startsWith('clock-offset='))?.slice('clock-offset='.length) ?? 0);
  return { clockOffset: Number.isFinite(offset) ? offset : 0, duplicateUploads: words.includes('duplicate-uploads') };
}

/** A clock that is wrong by so much, in every way it can be read. */
export function wrongClock(clock: Clock, offset: number): Clock {
  return {
    monotonic: () => clock.monotonic() + offset,
    wall: () => clock.wall() + offset,
    sleepUntil: (at, signal) => clock.sleepUntil(at - offset, signal),
  };
}

/** HTTP whose exchanges are timed by the wrong clock, too. */
export function wronglyTimed(http: Http, offset: number): Http {
  return {
    send: async (request) => {
      try {
        const exchange = await http.send(request);
        return { ...exchange, sent: exchange.sent + offset, received: exchange.received + offset };
      } catch (error) {
        if (!(error instanceof HttpFailure) || error.sent === null) throw error;
        throw new HttpFailure(error.kind, error.message, error.sent + offset);
      }
    },
  };
}
