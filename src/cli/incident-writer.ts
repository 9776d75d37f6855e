import type { IncidentEvent } from '../incident/contain.ts';
import { appendRecord } from './incident-folder.ts';

/** Writes events into the journal of one author, one after the other, each with the time at which it is written. */
export function incidentWriter(
  folder: string,
  author: string,
  now: () => number,
): (event: IncidentEvent) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return async ({ event, data }) => {
    const written = last.then(() => appendRecord(folder, { author, event, data, now: now() }));
    // A failed record is told to who wrote it; the next one is tried all the same.
    last = written.catch(() => undefined);
    await written;
  };
}

/** The clock of a command: that of the machine, or one that starts at the instant of `--now`. */
export function clockFrom(start: number): () => number {
  const begun = performance.now();
  return () => start + Math.round(performance.now() - begun);
}
