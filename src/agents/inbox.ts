import type { Batch } from './messages.ts';

/**
 * Puts the batches of one agent into their order, each once, however often and in whatever order they come. What follows
 * a gap waits until the gap is closed.
 */
export class Inbox {
  readonly #waiting = new Map<number, Batch>();
  #next = 0;

  /** Takes a batch. @returns what may be counted now */
  take(batch: Batch): readonly Batch[] {
    if (batch.seq >= this.#next) this.#waiting.set(batch.seq, batch);
    const ready: Batch[] = [];
    for (;;) {
      const batchInOrder = this.#waiting.get(this.#next);
      if (batchInOrder === undefined) return ready;
      ready.push(batchInOrder);
      this.#waiting.delete(this.#next);
      this.#next += 1;
    }
  }
}
